/** @file What supervisor and worker say to each other. Plain data; the channel clones it, so NaN and undefined arrive. */
import type { Doing, MetricValue, Named, TraceInfo } from '@dualbeat/core';
import type { TrainEvent, TrainProgress } from '@dualbeat/training';
import type { ExperimentSpec } from './data/open-data.ts';

export type StageJob = { readonly name: string; readonly id: string };
/** Everything that the worker needs; it reads no experiment file. */
export type Job = {
  readonly spec: ExperimentSpec;
  /** In order; those that are finished already are left out. */
  readonly stages: readonly StageJob[];
  /** Ids of all stages of the trial, for those that others start from. */
  readonly ids: Named<string>;
  readonly runsRoot: string;
  readonly eager: boolean;
  /** Evaluates also on subjects that the model was fitted on; the result says so. */
  readonly allowLeak?: boolean;
  /** What was typed, without --resume and --restart: part of the fix in messages. */
  readonly command?: string;
};
export type ToWorker =
  | { readonly kind: 'run'; readonly job: Job }
  /** Finish the step, save, and end. */
  | { readonly kind: 'stop' };

/** Facts of a finished stage, for its record and the report. */
export type StageFacts = {
  readonly runtime: string;
  readonly device: string;
  readonly traces: readonly TraceInfo[];
  /** Largest resident memory of the worker so far, threads and libraries included. */
  readonly peakBytes: number;
  /** Training and evaluation of this start, without what was done before a resume. */
  readonly seconds: number;
};
export type ToldError = {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly fix?: string;
  readonly stack?: string;
};
export type FromWorker =
  /** Code of a plugin is about to run; null: it is over. */
  | { readonly kind: 'doing'; readonly doing: Doing | null }
  /** The stage that it turns to. */
  | { readonly kind: 'stage'; readonly stage: string }
  | { readonly kind: 'runtime'; readonly runtime: string; readonly device: string }
  | { readonly kind: 'train'; readonly event: TrainEvent }
  | {
      readonly kind: 'evaluating';
      readonly stage: string;
      readonly split: string;
      readonly rows: number;
      readonly done: number;
    }
  | {
      readonly kind: 'metrics';
      readonly stage: string;
      readonly checkpoint: string;
      readonly metrics: Named<MetricValue>;
    }
  | {
      readonly kind: 'figure';
      readonly stage: string;
      readonly name: string;
      readonly title: string;
    }
  | {
      readonly kind: 'stage-finished';
      readonly stage: string;
      readonly progress: TrainProgress;
      readonly facts: StageFacts;
    }
  | { readonly kind: 'interrupted'; readonly stage: string }
  | { readonly kind: 'failed'; readonly stage: string | null; readonly error: ToldError }
  | { readonly kind: 'done' };

/** @file What a stage is trained with: everything is handed in, nothing is looked up. */
import type { HostArray, Named, Runtime, Schedule } from '@dualbeat/core';
import type { Loader } from '@dualbeat/data';
import type { CheckpointAbout } from '../checkpoint/checkpoint.ts';
import type { CheckpointStore } from '../checkpoint/checkpoint-store.ts';
import type { Watch } from '../early-stop.ts';
import type { StageModules } from '../stage-modules.ts';
import type { TrainEvent } from './train-event.ts';

export type TrainOptions = {
  readonly epochs: number;
  readonly batchSize: number;
  /** In epochs. */
  readonly evaluateEvery: number;
  /** Ends the stage after so many steps, whatever the epochs say. */
  readonly maxSteps?: number;
  readonly clipNorm?: number;
  /** What checkpoints are ranked by. */
  readonly watch: Watch;
  /** Evaluations without an improvement; none: no early stopping. */
  readonly patience?: number;
};

export type StageRun = {
  readonly name: string;
  readonly seed: number;
  readonly runtime: Runtime;
  readonly modules: StageModules;
  readonly schedule: Schedule;
  readonly frozen: ReadonlySet<string>;
  /** Parameters and state that start from elsewhere, by full name; the others are initialised. */
  readonly initial: Named<HostArray>;
  readonly options: TrainOptions;
  readonly loader: Loader;
  readonly rows: { readonly train: Int32Array; readonly val: Int32Array };
  readonly checkpoints: CheckpointStore;
  readonly about: CheckpointAbout;
  readonly emit: (event: TrainEvent) => void;
  /** Asked after each step: true ends the run at this point, saved. */
  readonly stopRequested: () => boolean;
};

/** Steps of an epoch (a remainder is dropped) and of the stage. */
export function stepCounts(run: StageRun): {
  readonly perEpoch: number;
  readonly total: number;
} {
  const perEpoch = Math.floor(run.rows.train.length / run.options.batchSize);
  const all = perEpoch * run.options.epochs;
  return { perEpoch, total: Math.min(all, run.options.maxSteps ?? all) };
}

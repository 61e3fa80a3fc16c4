/** @file A checkpoint: tensors by name and a description that is enough to rebuild the model without the experiment. */
import type { HostArray, Named } from '@dualbeat/core';
import type { TrainProgress } from '../progress.ts';

/** What the tensors belong to: component ids and options, views (leads, rate, units) and fitted statistics. Plain JSON. */
export type CheckpointAbout = {
  readonly experiment: string;
  readonly stage: string;
  readonly stageId: string;
  readonly seed: number;
  /** `encoders/<view>`, `heads/<name>`, ..., `task`, `loss`, `optimizer`, `schedule`: what was used, with all options. */
  readonly components: Named<{ readonly use: string; readonly options: unknown }>;
  /** By view: its description (axes with lead order and rate, unit) and the transforms with what they fitted. */
  readonly views: Named<unknown>;
  readonly cohort: unknown;
  readonly versions: Named<string>;
  /** Target sets by head: names, units, means and deviations that predictions are scaled by. */
  readonly targets?: Named<unknown>;
  /** Stages that parameters came from, oldest first: what they were and what they were fitted on. */
  readonly lineage?: readonly Ancestor[];
};
/** One stage of the line that leads to a checkpoint, this one included. */
export type Ancestor = {
  readonly stage: string;
  readonly stageId: string;
  /** Name of the checkpoint that was taken over; absent: of this very stage. */
  readonly checkpoint?: string;
  readonly cohort: string;
  /** Number and SHA-256 of the subjects that it was fitted on itself. */
  readonly subjects: number;
  readonly digest: string;
};

export type Checkpoint = {
  readonly about: CheckpointAbout;
  readonly progress: TrainProgress;
  readonly params: Named<HostArray>;
  readonly state: Named<HostArray>;
  readonly optimizer: Named<HostArray>;
  /** Subjects that it and all of its lineage were fitted on, sorted, by cohort digest. */
  readonly subjects: Named<Int32Array>;
};

export const checkpointFormat = 2;

/** Files of a checkpoint's folder; `manifest.json` holds size and SHA-256 of the others. */
export const checkpointFiles = {
  model: 'model.safetensors',
  optimizer: 'optimizer.safetensors',
  subjects: 'subjects.safetensors',
  about: 'checkpoint.json',
  manifest: 'manifest.json',
} as const;

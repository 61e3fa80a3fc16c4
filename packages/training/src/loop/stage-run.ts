/** @file What a stage is trained with: everything is handed in, nothing is looked up. */
import type { Callback, HostArray, Named, Runtime, Schedule, Split } from '@dualbeat/core';
import { epochOrder } from '@dualbeat/data';
import type { EpochOrderOptions, Loader } from '@dualbeat/data';
import type { CheckpointAbout } from '../checkpoint/checkpoint.ts';
import type { CheckpointStore } from '../checkpoint/checkpoint-store.ts';
import type { Watch } from '../early-stop.ts';
import type { StageModules } from '../stage-modules.ts';
import type { Factors, FreezePhase } from '../trainable.ts';
import type { EvaluatedBatch } from './evaluate-rows.ts';
import type { Tracer } from './tracer.ts';
import type { TrainEvent } from './train-event.ts';

export type TrainOptions = {
  readonly epochs: number;
  readonly batchSize: number;
  /** Rows that are encoded at once; absent: the whole batch. */
  readonly microBatch?: number;
  readonly microBatchNorm?: 'refuse' | 'allow';
  /** Batches per step; 1 where absent. */
  readonly accumulate?: number;
  /** In epochs. */
  readonly evaluateEvery: number;
  /** Ends the stage after so many steps, whatever the epochs say. */
  readonly maxSteps?: number;
  /** Ends the stage after so many hours of training. */
  readonly maxHours?: number;
  readonly clipNorm?: number;
  /** What checkpoints are ranked by. */
  readonly watch: Watch;
  /** Evaluations without an improvement; none: no early stopping. */
  readonly patience?: number;
  readonly emaDecay?: number;
  readonly updateNorms?: boolean;
  /** Absent: left out, and 20 in a row end the stage. */
  readonly onNotFinite?: {
    readonly policy: 'raise' | 'skip' | 'rollback';
    readonly steps: number;
  };
  /** In steps, within an epoch. */
  readonly checkpointEvery?: number;
  /** In epochs: those are never deleted. */
  readonly keepEvery?: number;
  /** Trains and evaluates on the first so many batches only. */
  readonly overfitBatches?: number;
};

/** Metrics of splits while it trains; null where a stop came first. Names are '<split>/<metric>'. */
export type During = (
  pass: (split: Split) => AsyncIterable<EvaluatedBatch>,
) => Promise<Named<number> | null>;

export type StageRun = {
  readonly name: string;
  readonly seed: number;
  readonly runtime: Runtime;
  readonly modules: StageModules;
  readonly schedule: Schedule;
  /** Parameters that never train. */
  readonly frozen: ReadonlySet<string>;
  /** What is frozen when; absent: `frozen` at all times. */
  readonly phases?: readonly FreezePhase[];
  /** False: frozen modules keep training their statistics. */
  readonly statistics?: boolean;
  /** Factors of the optimiser by parameter. */
  readonly groups?: Named<Factors>;
  /** Views whose batches hold features of a frozen encoder. */
  readonly features?: ReadonlySet<string>;
  /** Parameters and state that start from elsewhere, by full name; the others are initialised. */
  readonly initial: Named<HostArray>;
  readonly options: TrainOptions;
  readonly loader: Loader;
  readonly rows: { readonly train: Int32Array; readonly val: Int32Array };
  /** Rows of any split, for callbacks and metrics during training. */
  readonly rowsOf?: (split: Split) => Promise<Int32Array>;
  /** Rules of the order: see `epochOrder`. */
  readonly order?: Pick<EpochOrderOptions, 'distinct' | 'balance'>;
  readonly checkpoints: CheckpointStore;
  readonly about: CheckpointAbout;
  /** Subjects that it and its ancestors are fitted on, by cohort digest. */
  readonly subjects?: Named<Int32Array>;
  readonly callbacks?: readonly { readonly name: string; readonly callback: Callback }[];
  readonly during?: { readonly every: number; readonly run: During };
  readonly tracer?: Tracer;
  readonly emit: (event: TrainEvent) => void;
  /** Asked after each step: true ends the run at this point, saved. */
  readonly stopRequested: () => boolean;
};

/** Rows of one step. */
export function rowsPerStep({ options }: Pick<StageRun, 'options'>): number {
  return options.batchSize * (options.accumulate ?? 1);
}

/** The rows of the training part in the order of an epoch. */
export function orderOf({ rows, seed, order }: StageRun, epoch: number): Int32Array {
  return epochOrder(rows.train, { seed, epoch, shuffle: true, ...order });
}

/** Steps of an epoch (a remainder is dropped) and of the stage. */
export function stepCounts(run: StageRun): {
  readonly perEpoch: number;
  readonly total: number;
} {
  const rows = run.order === undefined ? run.rows.train.length : orderOf(run, 0).length;
  const perEpoch = Math.floor(rows / rowsPerStep(run));
  const all = perEpoch * run.options.epochs;
  return { perEpoch, total: Math.min(all, run.options.maxSteps ?? all) };
}

/** With `overfitBatches`: trained and validated on the same few rows. */
export function narrowed(run: StageRun): StageRun {
  const { overfitBatches } = run.options;
  if (overfitBatches === undefined) return run;
  const train = run.rows.train.slice(0, overfitBatches * rowsPerStep(run));
  const { order: _whole, ...rest } = run;
  return { ...rest, rows: { train, val: train } };
}

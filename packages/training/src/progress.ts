/** @file Where a stage stands: everything beside the tensors that a resumed run needs. Plain JSON, no times. */
import type { Named } from '@dualbeat/core';

/** Sums over the finite steps of the unfinished epoch, by report name; doubles survive JSON exactly. */
export type EpochSums = { readonly steps: number; readonly sums: Named<number> };

export type EarlyStopState = {
  /** Best watched value so far. */
  readonly best: number | null;
  readonly bestEpoch: number | null;
  /** Evaluations since then. */
  readonly waited: number;
};

export type TrainProgress = {
  /** Steps done. */
  readonly step: number;
  /** The epoch under way, from 0; equal to the number of finished epochs. */
  readonly epoch: number;
  /** Batches of that epoch that are done. */
  readonly batch: number;
  readonly epochSums: EpochSums;
  readonly earlyStop: EarlyStopState;
  /** The schedule's memory. */
  readonly schedule: unknown;
  /** Steps in a row without a finite loss or gradient. */
  readonly notFinite: number;
  /** How often it went back to an earlier checkpoint. */
  readonly rollbacks: number;
  /** The checkpoint to go back to: that of the last finished epoch; null: the start. */
  readonly anchor: string | null;
  /** What callbacks remember, by name. */
  readonly callbacks: Named<unknown>;
  /** Seconds of training so far; counted only where the stage has a limit of time. */
  readonly seconds: number | null;
  /** Why training is over; null: it is not. */
  readonly ended: null | 'epochs' | 'steps' | 'time' | 'early-stop' | 'callback';
  /** Of the last evaluated epoch. */
  readonly metrics: Named<number>;
};

export const freshProgress: TrainProgress = {
  step: 0,
  epoch: 0,
  batch: 0,
  epochSums: { steps: 0, sums: {} },
  earlyStop: { best: null, bestEpoch: null, waited: 0 },
  schedule: null,
  notFinite: 0,
  rollbacks: 0,
  anchor: null,
  callbacks: {},
  seconds: null,
  ended: null,
  metrics: {},
};

/** Adds one step's report; a step that was not finite counts only for `notFinite`. */
export function afterStep(progress: TrainProgress, report: Named<number>): TrainProgress {
  const moved = { ...progress, step: progress.step + 1, batch: progress.batch + 1 };
  if (report['finite'] !== 1) return { ...moved, notFinite: progress.notFinite + 1 };
  const sums: { [name: string]: number } = { ...progress.epochSums.sums };
  for (const [name, value] of Object.entries(report)) {
    if (name !== 'finite') sums[name] = (sums[name] ?? 0) + value;
  }
  return { ...moved, notFinite: 0, epochSums: { steps: progress.epochSums.steps + 1, sums } };
}

/** Means of the epoch under way, as 'train/<name>'. */
export function epochMeans(sums: EpochSums): Named<number> {
  return Object.fromEntries(
    Object.entries(sums.sums).map(([name, sum]) => [
      `train/${name}`,
      sum / Math.max(sums.steps, 1),
    ]),
  );
}

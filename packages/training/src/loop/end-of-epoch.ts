/** @file What happens between two epochs: evaluation, callbacks, early stopping, the schedule's memory. */
import { at } from '@dualbeat/core';
import type { Named, Split } from '@dualbeat/core';
import { observeEarlyStop } from '../early-stop.ts';
import { metricMissing } from '../errors.ts';
import { epochMeans } from '../progress.ts';
import type { TrainProgress } from '../progress.ts';
import { runCallbacks } from './callbacks.ts';
import { evaluateRows, evaluateScalars } from './evaluate-rows.ts';
import type { EvaluatedBatch } from './evaluate-rows.ts';
import { checkpointName } from './save-checkpoint.ts';
import type { Session } from './session.ts';
import { stepCounts } from './stage-run.ts';
import type { StageRun } from './stage-run.ts';
import { timeIsUp } from './train-epoch.ts';
import type { Pace } from './train-epoch.ts';
import { noTracer } from './tracer.ts';

/** Training means and, where this epoch is evaluated, those of the validation part; null where a stop came first. */
export async function evaluateEpoch(
  run: StageRun,
  session: Session,
  progress: TrainProgress,
): Promise<Named<number> | null> {
  const means = epochMeans(progress.epochSums);
  const epoch = progress.epoch + 1;
  const last = isLast(run, progress);
  const due = (every: number): boolean => last || epoch % every === 0;
  let metrics = means;
  if (run.rows.val.length > 0 && due(run.options.evaluateEvery)) {
    const val = await evaluateScalars(passOf(run, session, progress, run.rows.val), 'val');
    if (val === null) return null;
    metrics = { ...metrics, ...val };
  }
  if (run.during !== undefined && due(run.during.every)) {
    const found = await run.during.run((split) => splitPass(run, session, progress, split));
    if (found === null || run.stopRequested()) return null;
    metrics = { ...metrics, ...found };
  }
  return metrics;
}

/** The next epoch's progress: callbacks, early stopping, the schedule's memory, and whether this was the last; null: a stop came first. */
export async function endEpoch(
  run: StageRun,
  session: Session,
  progress: TrainProgress,
  found: Named<number>,
): Promise<TrainProgress | null> {
  const { watch, patience } = run.options;
  const epoch = progress.epoch + 1;
  const over = whyOver(run, progress);
  const tracer = run.tracer ?? noTracer;
  const called = await tracer.span('callback', () =>
    runCallbacks(run, session, { ...progress, metrics: found }, over === null ? 'epoch' : 'end'),
  );
  if (run.stopRequested()) return null; // memory and metrics of this call are dropped: it comes again
  const { metrics } = called;
  const value = metrics[watch.metric];
  const evaluated = Object.keys(metrics).some((name) => name.startsWith('val/'));
  if (value === undefined && (evaluated || run.rows.val.length === 0)) {
    throw metricMissing(watch.metric, Object.keys(metrics));
  }
  const earlyStop =
    value === undefined
      ? progress.earlyStop
      : observeEarlyStop(progress.earlyStop, { value, epoch, mode: watch.mode });
  const patient = patience === undefined || earlyStop.waited < patience;
  return {
    ...called,
    epoch,
    batch: 0,
    epochSums: { steps: 0, sums: {} },
    earlyStop,
    schedule: run.schedule.observe(metrics, progress.schedule),
    anchor: run.options.onNotFinite?.policy === 'rollback' ? checkpointName(progress.step) : null,
    ended: patient ? (called.ended ?? over) : 'early-stop',
  };
}

function whyOver(run: StageRun, progress: TrainProgress): TrainProgress['ended'] {
  if (progress.epoch + 1 >= run.options.epochs) return 'epochs';
  if (progress.step >= stepCounts(run).total) return 'steps';
  return timeIsUp(run, progress) ? 'time' : null;
}

function isLast(run: StageRun, progress: TrainProgress): boolean {
  return whyOver(run, progress) !== null;
}

/** A pass over the rows of a split, with outputs. */
export async function* splitPass(
  run: StageRun,
  session: Session,
  progress: TrainProgress,
  split: Split,
  want: { readonly withFeatures?: boolean } = {},
): AsyncGenerator<EvaluatedBatch> {
  const known = split === 'train' || split === 'val' ? at(run.rows, split) : undefined;
  const rows = known ?? (await run.rowsOf?.(split)) ?? new Int32Array();
  yield* evaluateRows({ ...passOf(run, session, progress, rows), outputs: true, ...want });
}

function passOf(run: StageRun, session: Session, progress: TrainProgress, rows: Int32Array) {
  const { runtime, loader, seed, stopRequested } = run;
  const { batchSize } = run.options;
  const share = progress.step / stepCounts(run).total;
  return { runtime, session, loader, rows, batchSize, seed, stopRequested, progress: share };
}

export function reportEpoch(run: StageRun, progress: TrainProgress, pace: Pace): void {
  run.emit({
    type: 'epoch',
    stage: run.name,
    epoch: progress.epoch,
    step: progress.step,
    metrics: progress.metrics,
    best: progress.earlyStop.bestEpoch === progress.epoch,
    recordsPerSecond: pace.stepMs > 0 ? (pace.rows / pace.stepMs) * 1000 : 0,
    waitShare: pace.stepMs > 0 ? pace.waitMs / pace.stepMs : 0,
  });
}

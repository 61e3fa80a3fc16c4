/** @file Training a stage, from its starting point to its last checkpoint. */
import type { Named } from '@dualbeat/core';
import { epochOrder } from '@dualbeat/data';
import { observeEarlyStop } from '../early-stop.ts';
import { batchTooLarge, metricMissing, notFinite } from '../errors.ts';
import { uploadBatch } from '../host-batch.ts';
import { afterStep, epochMeans } from '../progress.ts';
import type { TrainProgress } from '../progress.ts';
import { countValues, stageVariables } from '../stage-modules.ts';
import { evaluateScalars } from './evaluate-rows.ts';
import { openSession } from './session.ts';
import type { Session } from './session.ts';
import { startingPoint } from './starting-point.ts';
import type { StartingPoint } from './starting-point.ts';
import { stepCounts } from './stage-run.ts';
import type { StageRun } from './stage-run.ts';

/** Steps in a row without a finite loss or gradient that end the stage. */
const notFiniteLimit = 20;

export type TrainResult = {
  /** 'interrupted': a stop was requested; all is saved. */
  readonly status: 'finished' | 'interrupted';
  readonly progress: TrainProgress;
};

/**
 * Trains until epochs, steps or patience are used up, or a stop is requested. What it does is a pure function of the
 * stage: interrupted anywhere and resumed, it ends in the same bits.
 * Errors: E_BATCH_LARGER_THAN_SET, E_METRIC_UNKNOWN, E_NOT_FINITE, E_CHECKPOINT_..., and those of the loader and the runtime.
 */
export async function trainStage(run: StageRun): Promise<TrainResult> {
  const { perEpoch, total } = stepCounts(run);
  if (perEpoch === 0 && run.options.epochs > 0) {
    throw batchTooLarge(run.name, run.options.batchSize, run.rows.train.length);
  }
  const start = await startingPoint(run);
  const session = openSession({
    ...run,
    clipNorm: run.options.clipNorm,
    stage: run.name,
    from: start.state,
    step: start.progress.step,
  });
  announce(run, start, perEpoch, total);
  let progress = start.progress;
  try {
    if (start.resumedFrom === null && run.options.epochs === 0) {
      progress = { ...progress, ended: 'epochs' };
      await save(run, session, progress);
    }
    while (progress.ended === null) {
      const pace = { stepMs: 0, waitMs: 0, rows: 0 };
      progress = await trainEpoch(run, session, progress, pace);
      const metrics = run.stopRequested()
        ? null
        : await evaluateEpoch(run, session, progress, total);
      if (metrics === null) {
        await save(run, session, progress);
        return { status: 'interrupted', progress };
      }
      progress = endEpoch(run, progress, metrics, total);
      const watched = metrics[run.options.watch.metric];
      reportEpoch(run, progress, metrics, pace);
      await save(run, session, progress, watched);
    }
    return { status: 'finished', progress };
  } finally {
    session.close();
  }
}

/** The steps of the epoch under way, from where it stands; returns early where a stop is requested. */
async function trainEpoch(
  run: StageRun,
  session: Session,
  from: TrainProgress,
  pace: { stepMs: number; waitMs: number; rows: number },
): Promise<TrainProgress> {
  const { runtime, loader, options, seed } = run;
  const { perEpoch, total } = stepCounts(run);
  const left = Math.min(perEpoch - from.batch, total - from.step);
  if (left <= 0) return from;
  const order = epochOrder(run.rows.train, { seed, epoch: from.epoch, shuffle: true });
  const plan = { seed, epoch: from.epoch, mode: 'train', order, dropRemainder: true } as const;
  let progress = from;
  let before = performance.now();
  for await (const loaded of loader.batches({
    ...plan,
    batchSize: options.batchSize,
    from: from.batch,
  })) {
    const position = { step: progress.step, stepsPerEpoch: perEpoch, epochs: options.epochs };
    const learningRate = run.schedule.at(position, progress.schedule);
    const batch = uploadBatch(runtime, loaded);
    const report = session.train(batch, { learningRate, progress: progress.step / total });
    runtime.dispose({ ...batch });

    progress = afterStep(progress, report);
    const now = performance.now();
    const timing = { rows: loaded.rows.length, stepMs: now - before, waitMs: loaded.waitMs };
    before = now;
    pace.stepMs += timing.stepMs;
    pace.waitMs += timing.waitMs;
    pace.rows += timing.rows;
    const { step, epoch } = progress;
    run.emit({ type: 'step', stage: run.name, step, epoch, learningRate, report, ...timing });
    for (const text of loaded.flags ?? []) {
      if (epoch === 0) run.emit({ type: 'note', stage: run.name, level: 'info', text });
    }
    if (progress.notFinite >= notFiniteLimit) {
      await save(run, session, progress);
      const values = `loss ${report['loss']}, gradient norm ${report['gradientNorm']}`;
      throw notFinite({ step, steps: progress.notFinite, ids: loaded.ids, values });
    }
    // Signals and messages are heard only between steps: give the event loop a turn.
    await new Promise((resolve) => setImmediate(resolve));
    if (run.stopRequested() || progress.batch === perEpoch || progress.step === total) break;
  }
  return progress;
}

/** Training means and, where this epoch is evaluated, those of the validation part; null where a stop came first. */
async function evaluateEpoch(
  run: StageRun,
  session: Session,
  progress: TrainProgress,
  total: number,
): Promise<Named<number> | null> {
  const train = epochMeans(progress.epochSums);
  const epoch = progress.epoch + 1;
  const last = epoch >= run.options.epochs || progress.step >= total;
  if (run.rows.val.length === 0 || (!last && epoch % run.options.evaluateEvery !== 0)) return train;
  const { runtime, loader, seed, stopRequested } = run;
  const { batchSize } = run.options;
  const pass = { runtime, session, loader, rows: run.rows.val, batchSize, seed, stopRequested };
  const val = await evaluateScalars({ ...pass, progress: progress.step / total }, 'val');
  return val === null ? null : { ...train, ...val };
}

/** The next epoch's progress: early stopping, the schedule's memory, and whether this was the last. */
function endEpoch(
  run: StageRun,
  progress: TrainProgress,
  metrics: Named<number>,
  total: number,
): TrainProgress {
  const { watch, patience, epochs } = run.options;
  const epoch = progress.epoch + 1;
  const value = metrics[watch.metric];
  const evaluated = Object.keys(metrics).some((name) => name.startsWith('val/'));
  if (value === undefined && (evaluated || run.rows.val.length === 0)) {
    throw metricMissing(watch.metric, Object.keys(metrics));
  }
  const earlyStop =
    value === undefined
      ? progress.earlyStop
      : observeEarlyStop(progress.earlyStop, { value, epoch, mode: watch.mode });
  const ended =
    patience !== undefined && earlyStop.waited >= patience
      ? 'early-stop'
      : epoch >= epochs
        ? 'epochs'
        : progress.step >= total
          ? 'steps'
          : null;
  return {
    ...progress,
    epoch,
    batch: 0,
    epochSums: { steps: 0, sums: {} },
    earlyStop,
    schedule: run.schedule.observe(metrics, progress.schedule),
    ended,
    metrics,
  };
}

async function save(
  run: StageRun,
  session: Session,
  progress: TrainProgress,
  watched?: number,
): Promise<void> {
  const name = `step-${String(progress.step).padStart(8, '0')}`;
  await run.checkpoints.save(name, { about: run.about, progress, ...session.read() }, watched);
  const { step, epoch } = progress;
  run.emit({ type: 'checkpoint', stage: run.name, name, step, epoch });
}

function reportEpoch(
  run: StageRun,
  progress: TrainProgress,
  metrics: Named<number>,
  pace: { readonly stepMs: number; readonly waitMs: number; readonly rows: number },
): void {
  run.emit({
    type: 'epoch',
    stage: run.name,
    epoch: progress.epoch,
    step: progress.step,
    metrics,
    best: progress.earlyStop.bestEpoch === progress.epoch,
    recordsPerSecond: pace.stepMs > 0 ? (pace.rows / pace.stepMs) * 1000 : 0,
    waitShare: pace.stepMs > 0 ? pace.waitMs / pace.stepMs : 0,
  });
}

function announce(run: StageRun, start: StartingPoint, perEpoch: number, total: number): void {
  const { params } = stageVariables(run.modules);
  const trainable = Object.entries(params).filter(([name]) => !run.frozen.has(name));
  run.emit({
    type: 'start',
    stage: run.name,
    step: start.progress.step,
    epoch: start.progress.epoch,
    epochs: run.options.epochs,
    steps: total,
    stepsPerEpoch: perEpoch,
    batchSize: run.options.batchSize,
    trainRows: run.rows.train.length,
    valRows: run.rows.val.length,
    params: countValues(params),
    trainableParams: countValues(Object.fromEntries(trainable)),
    resumedFrom: start.resumedFrom,
  });
}

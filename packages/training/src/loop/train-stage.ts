/** @file Training a stage, from its starting point to its last checkpoint. */
import { batchTooLarge } from '../errors.ts';
import type { TrainProgress } from '../progress.ts';
import { countValues, stageVariables } from '../stage-modules.ts';
import { trainsSince } from '../trainable.ts';
import { runCallbacks } from './callbacks.ts';
import { endEpoch, evaluateEpoch, reportEpoch } from './end-of-epoch.ts';
import { saveCheckpoint } from './save-checkpoint.ts';
import { openSession } from './session.ts';
import type { Session } from './session.ts';
import { startingPoint } from './starting-point.ts';
import type { StartingPoint } from './starting-point.ts';
import { narrowed, stepCounts } from './stage-run.ts';
import type { StageRun } from './stage-run.ts';
import { trainEpoch } from './train-epoch.ts';
import { noTracer } from './tracer.ts';

export type TrainResult = {
  /** 'interrupted': a stop was requested; all is saved. */
  readonly status: 'finished' | 'interrupted';
  readonly progress: TrainProgress;
};

/**
 * Trains until epochs, steps, time or patience are used up, a callback ends it, or a stop is requested. What it does is a pure
 * function of the stage: interrupted anywhere and resumed, it ends in the same bits (a limit of time aside).
 * Errors: E_BATCH_LARGER_THAN_SET, E_METRIC_UNKNOWN, E_NOT_FINITE, E_MICRO_BATCH_NORM, E_CHECKPOINT_..., and those of the loader,
 * the runtime and the callbacks.
 */
export async function trainStage(given: StageRun): Promise<TrainResult> {
  const run = narrowed(given);
  const counts = stepCounts(run);
  if (counts.perEpoch === 0 && run.options.epochs > 0) {
    throw batchTooLarge(run.name, run.options.batchSize, run.rows.train.length);
  }
  const start = await startingPoint(run);
  const session = sessionOf(run, start, counts.perEpoch);
  announce(run, start, counts);
  try {
    return await trainFrom(run, session, start);
  } finally {
    await run.tracer?.save();
    session.close();
  }
}

async function trainFrom(
  run: StageRun,
  session: Session,
  start: StartingPoint,
): Promise<TrainResult> {
  const tracer = run.tracer ?? noTracer;
  let { progress } = start;
  const save = (watched?: number): Promise<void> =>
    tracer.span('checkpoint', () => saveCheckpoint(run, session, progress, watched));

  if (start.resumedFrom === null) {
    progress = await tracer.span('callback', () => runCallbacks(run, session, progress, 'start'));
    if (run.options.epochs === 0) {
      progress = { ...progress, ended: 'epochs' };
      await save();
    }
  }
  while (progress.ended === null) {
    const pace = { stepMs: 0, waitMs: 0, rows: 0 };
    progress = await trainEpoch(run, session, progress, pace);
    const metrics = run.stopRequested()
      ? null
      : await tracer.span('evaluate', () => evaluateEpoch(run, session, progress));
    const ended = metrics === null ? null : await endEpoch(run, session, progress, metrics);
    if (ended === null) {
      await save();
      return { status: 'interrupted', progress };
    }
    progress = ended;
    reportEpoch(run, progress, pace);
    await save(progress.metrics[run.options.watch.metric]);
  }
  return { status: 'finished', progress };
}

function sessionOf(run: StageRun, start: StartingPoint, perEpoch: number): Session {
  const { batchSize, microBatch, microBatchNorm } = run.options;
  return openSession({
    ...run,
    ...run.options,
    stage: run.name,
    frozen: run.phases?.map(({ frozen }) => frozen) ?? run.frozen,
    since: trainsSince(run.phases ?? [], perEpoch),
    slicing: { batchSize, microBatch, microBatchNorm },
    from: start.state,
    step: start.progress.step,
  });
}

function announce(
  run: StageRun,
  start: StartingPoint,
  { perEpoch, total }: { readonly perEpoch: number; readonly total: number },
): void {
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

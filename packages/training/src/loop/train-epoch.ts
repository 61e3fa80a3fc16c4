/** @file The steps of one epoch. */
import type { LoadedBatch } from '@dualbeat/data';
import { afterStep } from '../progress.ts';
import type { TrainProgress } from '../progress.ts';
import { phaseOf } from '../trainable.ts';
import { afterNotFinite, describeStep } from './not-finite.ts';
import { saveCheckpoint } from './save-checkpoint.ts';
import type { Session } from './session.ts';
import { orderOf, rowsPerStep, stepCounts } from './stage-run.ts';
import type { StageRun } from './stage-run.ts';
import { noTracer } from './tracer.ts';

/** Sums over the steps of an epoch that this process has done. */
export type Pace = { stepMs: number; waitMs: number; rows: number };

/** The steps of the epoch under way, from where it stands; returns early where a stop is requested or time is up. */
export async function trainEpoch(
  run: StageRun,
  session: Session,
  from: TrainProgress,
  pace: Pace,
): Promise<TrainProgress> {
  const { perEpoch, total } = stepCounts(run);
  const tracer = run.tracer ?? noTracer;
  if (Math.min(perEpoch - from.batch, total - from.step) <= 0) return from;
  let progress = from;
  let before = performance.now();
  for await (const loaded of run.loader.batches({
    seed: run.seed,
    epoch: from.epoch,
    mode: 'train',
    order: orderOf(run, from.epoch),
    dropRemainder: true,
    batchSize: rowsPerStep(run),
    from: from.batch,
  })) {
    tracer.past('wait', loaded.waitMs);
    const at = stepAt(run, progress, perEpoch, total);
    const report = tracer.span('step', () => session.train(loaded, at));
    progress = afterStep(progress, report);
    const now = performance.now();
    const timing = { rows: loaded.rows.length, stepMs: now - before, waitMs: loaded.waitMs };
    before = now;
    pace.stepMs += timing.stepMs;
    pace.waitMs += timing.waitMs;
    pace.rows += timing.rows;
    if (run.options.maxHours !== undefined)
      progress = { ...progress, seconds: (progress.seconds ?? 0) + timing.stepMs / 1000 };
    const { step, epoch } = progress;
    const { learningRate } = at;
    run.emit({ type: 'step', stage: run.name, step, epoch, learningRate, report, ...timing });
    tellFlags(run, epoch, loaded);
    if (report['finite'] !== 1) {
      const bad = describeStep(run, progress, report, loaded.ids);
      progress = await afterNotFinite(run, session, progress, bad);
    }

    const { checkpointEvery } = run.options;
    const inside = progress.batch < perEpoch && progress.step < total;
    if (inside && checkpointEvery !== undefined && progress.step % checkpointEvery === 0)
      await tracer.span('checkpoint', () => saveCheckpoint(run, session, progress));
    // Signals and messages are heard only between steps: give the event loop a turn.
    await new Promise((resolve) => setImmediate(resolve));
    if (run.stopRequested() || !inside || timeIsUp(run, progress)) break;
  }
  return progress;
}

function stepAt(run: StageRun, progress: TrainProgress, perEpoch: number, total: number) {
  const position = { step: progress.step, stepsPerEpoch: perEpoch, epochs: run.options.epochs };
  return {
    learningRate: run.schedule.at(position, progress.schedule),
    progress: progress.step / total,
    phase: run.phases === undefined ? 0 : phaseOf(run.phases, progress.epoch),
  };
}

/** Findings of the readers, told when a record is seen first. */
function tellFlags(run: StageRun, epoch: number, { flags = [] }: LoadedBatch): void {
  if (epoch > 0) return;
  for (const text of flags) run.emit({ type: 'note', stage: run.name, level: 'info', text });
}

/** True where the stage has trained for as long as it may. */
export function timeIsUp(run: StageRun, { seconds }: TrainProgress): boolean {
  const { maxHours } = run.options;
  return maxHours !== undefined && seconds !== null && seconds >= maxHours * 3600;
}

/** @file Saving where a stage stands. */
import type { TrainProgress } from '../progress.ts';
import type { Session } from './session.ts';
import type { StageRun } from './stage-run.ts';

export const checkpointName = (step: number): string => `step-${String(step).padStart(8, '0')}`;

/** `watched`: the value that ranks it; without one it is not ranked. */
export async function saveCheckpoint(
  run: StageRun,
  session: Session,
  progress: TrainProgress,
  watched?: number,
): Promise<void> {
  const { step, epoch, batch, anchor } = progress;
  const { keepEvery } = run.options;
  const name = checkpointName(step);
  const content = { about: run.about, progress, subjects: run.subjects ?? {}, ...session.read() };
  await run.checkpoints.save(name, content, watched, {
    keep: anchor === null ? [] : [anchor],
    pin: keepEvery !== undefined && batch === 0 && epoch > 0 && epoch % keepEvery === 0,
  });
  run.emit({ type: 'checkpoint', stage: run.name, name, step, epoch });
}

/** @file Callbacks between epochs: what they are told, and what becomes of their answers. */
import { hostRandom } from '@dualbeat/core';
import type { CallbackEvent, FeatureBatch, Split } from '@dualbeat/core';
import { prefixed } from '../named.ts';
import type { TrainProgress } from '../progress.ts';
import { splitPass } from './end-of-epoch.ts';
import type { Session } from './session.ts';
import type { StageRun } from './stage-run.ts';

/**
 * Calls all callbacks in order; each sees the metrics of those before it. Their memory, metrics and wish to end go into the progress.
 * An error of a callback ends the stage: it says which one.
 */
export async function runCallbacks(
  run: StageRun,
  session: Session,
  progress: TrainProgress,
  when: CallbackEvent['at'],
): Promise<TrainProgress> {
  let now = progress;
  for (const { name, callback } of run.callbacks ?? []) {
    if (run.stopRequested()) return now;
    const epoch = when === 'start' ? 0 : progress.epoch + 1;
    const event: CallbackEvent = {
      at: when,
      step: progress.step,
      epoch,
      epochs: run.options.epochs,
      metrics: now.metrics,
      features: (split) => featuresOf(run, session, progress, split),
    };
    const random = hostRandom(run.seed, `callbacks/${run.name}/${name}`, 0, epoch);
    const {
      memory,
      metrics = {},
      stop,
    } = await callback.on(event, now.callbacks[name] ?? null, random);
    now = {
      ...now,
      callbacks: memory === undefined ? now.callbacks : { ...now.callbacks, [name]: memory },
      metrics: { ...now.metrics, ...metrics },
    };
    if (stop === undefined) continue;
    now = { ...now, ended: 'callback' };
    const text = `${name} ends the stage: ${stop}`;
    run.emit({ type: 'note', stage: run.name, level: 'info', text });
  }
  return now;
}

async function* featuresOf(
  run: StageRun,
  session: Session,
  progress: TrainProgress,
  split: Split,
): AsyncGenerator<FeatureBatch> {
  for await (const batch of splitPass(run, session, progress, split, { withFeatures: true })) {
    const values: FeatureBatch['values'] = {
      ...batch.features,
      ...prefixed('outputs/', batch.outputs),
    };
    const { targets, ids, subjects } = batch;
    yield { values, targets, ids, subjects };
  }
}

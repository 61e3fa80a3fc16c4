import { describe, expect, it } from 'vitest';
import { better, observeEarlyStop } from './early-stop.ts';
import { afterStep, epochMeans, freshProgress } from './progress.ts';

describe('progress of a stage', () => {
  it('sums finite steps only and counts the others in a row', () => {
    let progress = afterStep(freshProgress, { loss: 2, finite: 1 });
    progress = afterStep(progress, { loss: Number.NaN, finite: 0 });
    progress = afterStep(progress, { loss: Number.NaN, finite: 0 });
    expect(progress).toMatchObject({ step: 3, batch: 3, notFinite: 2 });
    progress = afterStep(progress, { loss: 4, finite: 1 });
    expect(progress.notFinite).toBe(0);
    expect(epochMeans(progress.epochSums)).toEqual({ 'train/loss': 3 });
    expect(JSON.parse(JSON.stringify(progress))).toEqual(progress);
  });

  it('ranks values: NaN is never better, equal is no improvement', () => {
    expect(better(1, null, 'min')).toBe(true);
    expect(better(Number.NaN, null, 'min')).toBe(false);
    expect(better(1, 1, 'min')).toBe(false);
    expect(better(2, 1, 'max')).toBe(true);
    expect(better(2, 1, 'min')).toBe(false);
  });

  it('waits from the best value on', () => {
    let state = freshProgress.earlyStop;
    for (const [epoch, value] of [5, 4, 4.5, 4, 3.9].entries()) {
      state = observeEarlyStop(state, { value, epoch: epoch + 1, mode: 'min' });
      expect(state.waited).toBe([0, 0, 1, 2, 0][epoch]);
    }
    expect(state).toEqual({ best: 3.9, bestEpoch: 5, waited: 0 });
  });
});

import type { SweepEarlyStop } from '@dualbeat/core';
import { describe, expect, test } from 'vitest';
import { whyStop } from './early-stop.ts';

const rule: SweepEarlyStop = {
  use: 'median',
  metric: 'val/loss',
  mode: 'min',
  minEpochs: 2,
  minTrials: 3,
  reduction: 2,
};
const others = { a: [3, 1], b: [3, 2], c: [3, 3] };

describe('the median rule', () => {
  test('ends a trial that is worse than the median of the others at its epoch', () => {
    expect(whyStop(rule, [4, 2.5], others)).toBe(
      'val/loss is 2.5 after epoch 2; the median of 3 others was 2',
    );
  });
  test.each([
    ['better', [4, 1.5]],
    ['equal', [4, 2]],
    ['its best counts, not its last', [1, 9]],
    ['too early', [9]],
    ['never evaluated', [null, null]],
  ])('lets it go on: %s', (_, own) => {
    expect(whyStop(rule, own, others)).toBeNull();
  });
  test('waits for enough others', () => {
    expect(whyStop(rule, [9, 9], { a: [1, 1], b: [1, 1], c: [1] })).toBeNull();
  });
  test('the other way round', () => {
    const auroc = { ...rule, mode: 'max', metric: 'val/auroc' } as const;
    expect(whyStop(auroc, [0.5, 0.6], { a: [0, 0.9], b: [0, 0.8], c: [0, 0.7] })).toMatch(
      /0.6 after epoch 2/,
    );
    expect(whyStop(auroc, [0.5, 0.95], { a: [0, 0.9], b: [0, 0.8], c: [0, 0.7] })).toBeNull();
  });
});

describe('successive halving', () => {
  const asha = { ...rule, use: 'asha' } as const;
  test('at a rung, those outside the best share end', () => {
    expect(whyStop(asha, [9, 2.5], others)).toBe(
      'val/loss is 2.5 at rung 2: 2 of 3 others are better, 2 go on',
    );
    expect(whyStop(asha, [9, 1.5], others)).toBeNull();
  });
  test('between rungs nothing ends', () => {
    const long = { a: [1, 1, 1], b: [1, 1, 1], c: [1, 1, 1] };
    expect(whyStop(asha, [9, 9, 9], long)).toBeNull();
  });
});

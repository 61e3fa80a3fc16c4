import { expect, test } from 'vitest';
import { checkLosses } from './check-losses.ts';

test('the largest relative difference', () => {
  expect(checkLosses('pytorch eager', [2, 1], [2.001, 1.0002])).toBeCloseTo(5e-4, 8);
});

test.each([[[1, 0.998]], [[1]], [[Number.NaN, 1]]])(
  'losses that differ stop the benchmark: %j',
  (theirs) => {
    expect(() => checkLosses('pytorch eager', [1, 1], theirs)).toThrow('E_BENCH_LOSS');
  },
);

test('the message names side and step', () => {
  expect(() => checkLosses('pytorch compile', [1], [1.5])).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_BENCH_LOSS: pytorch compile: the loss of step 0 is 1.5, ours 1: they do not do the same work, so nothing is timed. Fix: find out which of the two computes something else; the same weights, batch and masks went in.]`,
  );
});

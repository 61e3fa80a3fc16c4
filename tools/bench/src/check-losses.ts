/** @file Do both sides do the same work? */
import * as errors from './errors.ts';

/** Steps whose losses are compared: the third follows two updates. */
export const checkedSteps = 3;
export const lossTolerance = 1e-3;

/** Largest relative difference. Error: E_BENCH_LOSS. */
export function checkLosses(
  side: string,
  ours: readonly number[],
  theirs: readonly number[],
): number {
  let largest = 0;
  for (const [i, own] of ours.entries()) {
    const other = theirs[i] ?? Number.NaN;
    const difference = Math.abs(other - own) / Math.abs(own);
    if (!(difference <= lossTolerance)) throw errors.lossesDiffer(side, i, own, other);
    largest = Math.max(largest, difference);
  }
  return largest;
}

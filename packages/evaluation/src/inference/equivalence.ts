/** @file Equivalence within a margin that was stated beforehand. */
import { marginNotPositive } from '../errors.ts';
import { studentTail } from '../math/student.ts';
import { isDefined, undefinedBecause } from '../values.ts';
import type { Undefined, Values } from '../values.ts';
import type { Interval } from './interval.ts';

export type Equivalence = {
  /** Mean difference, in its unit. */
  readonly difference: number;
  readonly standardError: number;
  readonly margin: number;
  /** Of the difference being below -margin, and above margin. */
  readonly pLower: number;
  readonly pUpper: number;
  /** The larger of both: below the level, the two are equivalent. */
  readonly pValue: number;
};

/**
 * Two one-sided paired t tests (Schuirmann 1987) on one difference per subject. Undefined below two subjects or where
 * the differences do not vary. Errors: E_EVALUATION_MARGIN.
 */
export function equivalenceTest(differences: Values, margin: number): Equivalence | Undefined {
  if (!(margin > 0 && Number.isFinite(margin))) throw marginNotPositive(margin);
  const n = differences.length;
  if (n < 2) return undefinedBecause('there are fewer than two subjects');
  let mean = 0;
  let same = true;
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(differences[i])) return undefinedBecause('a difference is not finite');
    mean += (differences[i] as number) / n;
    same &&= differences[i] === differences[0];
  }
  if (same) return undefinedBecause('the differences do not vary');
  let squares = 0;
  for (let i = 0; i < n; i++) squares += ((differences[i] as number) - mean) ** 2;
  const standardError = Math.sqrt(squares / (n - 1) / n);
  const pLower = studentTail((mean + margin) / standardError, n - 1);
  const pUpper = studentTail((margin - mean) / standardError, n - 1);
  const pValue = Math.max(pLower, pUpper);
  return { difference: mean, standardError, margin, pLower, pUpper, pValue };
}

/**
 * The same by an interval, such as a bootstrap's: one of level 0.9 inside -margin to margin shows equivalence at 0.05.
 * Errors: E_EVALUATION_MARGIN.
 */
export function withinMargin(interval: Interval | Undefined, margin: number): boolean | Undefined {
  if (!(margin > 0 && Number.isFinite(margin))) throw marginNotPositive(margin);
  if (!isDefined(interval)) return interval;
  return interval.lower > -margin && interval.upper < margin;
}

/** @file Agreement of two measurements: Bland-Altman. */
import { refusePairs, undefinedBecause } from '../values.ts';
import type { Undefined, Values } from '../values.ts';

/** In the unit of the values. */
export type BlandAltman = {
  /** Mean of prediction minus truth. */
  readonly bias: number;
  /** Standard deviation of the differences (n - 1). */
  readonly sd: number;
  /** Limits of agreement: bias -+ 1.96 standard deviations. */
  readonly lower: number;
  readonly upper: number;
  /** Per pair, the mean of both: the horizontal axis of the figure. */
  readonly means: Float64Array;
  /** Per pair, prediction minus truth. */
  readonly differences: Float64Array;
};

/** Bland and Altman 1986. Undefined below two pairs. Errors: E_EVALUATION_LENGTH. */
export function blandAltman(truth: Values, prediction: Values): BlandAltman | Undefined {
  const refusal = refusePairs('Bland-Altman', truth, prediction);
  if (refusal) return refusal;
  const n = truth.length;
  if (n < 2) return undefinedBecause('there are fewer than two pairs');
  const means = new Float64Array(n);
  const differences = new Float64Array(n);
  let bias = 0;
  for (let i = 0; i < n; i++) {
    const [t, p] = [truth[i] as number, prediction[i] as number];
    means[i] = (t + p) / 2;
    differences[i] = p - t;
    bias += (p - t) / n;
  }
  let squares = 0;
  for (const difference of differences) squares += (difference - bias) ** 2;
  const sd = Math.sqrt(squares / (n - 1));
  return { bias, sd, lower: bias - 1.96 * sd, upper: bias + 1.96 * sd, means, differences };
}

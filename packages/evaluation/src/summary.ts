/** @file Mean and quantiles of a set of numbers. */
import type { MetricValue } from '@dualbeat/core';
import { quantileOutOfRange } from './errors.ts';
import { undefinedBecause } from './values.ts';
import type { Values } from './values.ts';

/** Arithmetic mean. Undefined for no values. */
export function mean(values: Values): MetricValue {
  if (values.length === 0) return undefinedBecause('there are no values');
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}

/**
 * The `q` quantile (0 to 1), linear between order statistics (Hyndman and Fan 1996, type 7: the default of NumPy and R).
 * Undefined for no values or where one is NaN. Errors: E_EVALUATION_QUANTILE.
 * @example quantile([1, 2, 3, 4], 0.5) // 2.5
 */
export function quantile(values: Values, q: number): MetricValue {
  if (!(q >= 0 && q <= 1)) throw quantileOutOfRange(q);
  if (values.length === 0) return undefinedBecause('there are no values');
  const sorted = Float64Array.from(values).sort();
  // Typed arrays sort NaN to the end.
  if (Number.isNaN(sorted[sorted.length - 1])) return undefinedBecause('a value is NaN');
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low === high ? low : low + (position - below) * (high - low);
}

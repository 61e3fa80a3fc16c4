/** @file Intervals from bootstrap replicates. */
import { normalCdf, normalQuantile } from '../math/normal.ts';
import { studentTail } from '../math/student.ts';
import { undefinedBecause } from '../values.ts';
import type { Undefined, Values } from '../values.ts';
import { tooFewReplicates } from '../errors.ts';

export type Interval = {
  readonly lower: number;
  readonly upper: number;
  /** Such as 0.95. */
  readonly level: number;
};

/** A value with its interval; `undefinedReplicates`: resamples in which the statistic did not exist, left out. */
export type Estimate = {
  readonly value: number;
  readonly interval: Interval | Undefined;
  readonly subjects: number;
  readonly replicates: number;
  readonly undefinedReplicates: number;
};

/** Above this share of resamples without a value, an interval of the others would mislead and is undefined. */
export const UNDEFINED_SHARE = 0.05;

/** Errors: E_EVALUATION_REPLICATES where the interval's ends would lie outside the replicates. */
export function checkReplicates(replicates: number, level: number): void {
  if (!(level > 0 && level < 1 && replicates >= 2 / (1 - level) - 1e-9))
    throw tooFewReplicates(replicates, level);
}

/**
 * The level whose bootstrap interval over `n` subjects holds the truth at `level`: resampling shows n - 1 over n of the
 * variance and no uncertainty of it (Hesterberg 2015, the expanded percentile interval).
 */
export function expandedLevel(level: number, n: number): number {
  if (n < 2) return level;
  let [low, high] = [0, 1e6]; // Student's quantile, by bisection
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (studentTail(middle, n - 1) > (1 - level) / 2) low = middle;
    else high = middle;
  }
  return 1 - 2 * normalCdf(-low * Math.sqrt(n / (n - 1)));
}

/** Quantiles of the replicates, linear between order statistics (Efron 1979). */
export function percentileInterval(replicates: Values, level: number): Interval | Undefined {
  if (replicates.length === 0) return undefinedBecause('there are no replicates');
  const sorted = Float64Array.from(replicates).sort();
  const tail = (1 - level) / 2;
  return { lower: sortedQuantile(sorted, tail), upper: sortedQuantile(sorted, 1 - tail), level };
}

/**
 * Bias-corrected and accelerated (Efron 1987). `jackknife`: the statistic without each subject. Undefined where all
 * replicates lie on one side of `value` or the jackknife does not vary.
 */
export function bcaInterval(
  value: number,
  replicates: Values,
  jackknife: Values,
  level: number,
): Interval | Undefined {
  if (replicates.length === 0) return undefinedBecause('there are no replicates');
  const sorted = Float64Array.from(replicates).sort();
  let below = 0;
  for (const replicate of sorted) below += replicate < value ? 1 : replicate === value ? 0.5 : 0;
  const z0 = normalQuantile(below / sorted.length);
  if (!Number.isFinite(z0)) return undefinedBecause('all replicates lie on one side of the value');
  const n = jackknife.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += (jackknife[i] as number) / n;
  let squares = 0;
  let cubes = 0;
  for (let i = 0; i < n; i++) {
    const u = mean - (jackknife[i] as number);
    squares += u * u;
    cubes += u * u * u;
  }
  if (Array.from(jackknife).every((x) => x === jackknife[0]) || !(squares > 0))
    return undefinedBecause('no single subject moves the value');
  const a = cubes / (6 * squares ** 1.5);
  const tail = (1 - level) / 2;
  const adjusted = (z: number) => normalCdf(z0 + (z0 + z) / (1 - a * (z0 + z)));
  const z = normalQuantile(tail);
  return {
    lower: sortedQuantile(sorted, adjusted(z)),
    upper: sortedQuantile(sorted, adjusted(-z)),
    level,
  };
}

function sortedQuantile(sorted: Float64Array, q: number): number {
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low === high ? low : low + (position - below) * (high - low);
}

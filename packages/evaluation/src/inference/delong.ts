/** @file DeLong's test of two AUROCs on the same subjects. */
import { normalQuantile, normalTwoSided } from '../math/normal.ts';
import { ranks } from '../math/ranks.ts';
import { refuseClasses, refusePairs, undefinedBecause } from '../values.ts';
import type { Undefined, Values } from '../values.ts';
import type { Interval } from './interval.ts';

export type DeLong = {
  readonly candidate: number;
  readonly baseline: number;
  /** Candidate minus baseline. */
  readonly difference: number;
  readonly standardError: number;
  readonly interval: Interval;
  readonly z: number;
  /** Two-sided. */
  readonly pValue: number;
};

/**
 * DeLong, DeLong and Clarke-Pearson 1988, by mid-ranks (Sun and Xu 2014). One row per subject. Undefined with fewer than
 * two of a class, or where the difference has no variance. Errors: E_EVALUATION_LENGTH.
 */
export function deLong(
  labels: Values,
  candidate: Values,
  baseline: Values,
  level: number,
): DeLong | Undefined {
  const a = components(labels, candidate);
  if ('undefinedBecause' in a) return a;
  const b = components(labels, baseline);
  if ('undefinedBecause' in b) return b;
  const minus = (x: Float64Array, y: Float64Array) => x.map((value, i) => value - (y[i] as number));
  const variance =
    varianceOfMean(minus(a.positives, b.positives)) +
    varianceOfMean(minus(a.negatives, b.negatives));
  // the two rank alike: what is left is rounding
  if (!(variance > 1e-28)) return undefinedBecause('the difference does not vary');
  const difference = a.auroc - b.auroc;
  const standardError = Math.sqrt(variance);
  const z = difference / standardError;
  const reach = normalQuantile(0.5 + level / 2) * standardError;
  return {
    candidate: a.auroc,
    baseline: b.auroc,
    difference,
    standardError,
    interval: { lower: difference - reach, upper: difference + reach, level },
    z,
    pValue: normalTwoSided(z),
  };
}

/** DeLong's standard error of one AUROC. Undefined with fewer than two of a class. Errors: E_EVALUATION_LENGTH. */
export function deLongStandardError(labels: Values, scores: Values): number | Undefined {
  const of = components(labels, scores);
  if ('undefinedBecause' in of) return of;
  return Math.sqrt(varianceOfMean(of.positives) + varianceOfMean(of.negatives));
}

/** Per positive the share of negatives below it, per negative the share of positives above it. */
function components(labels: Values, scores: Values) {
  const refusal = refusePairs('DeLong', labels, scores) ?? refuseClasses(labels);
  if (refusal) return refusal;
  const of = (label: number) =>
    Float64Array.from(Array.from(scores).filter((_, i) => labels[i] === label));
  const [high, low] = [of(1), of(0)];
  if (high.length < 2) return undefinedBecause('there are fewer than two positives');
  if (low.length < 2) return undefinedBecause('there are fewer than two negatives');
  const all = ranks([...high, ...low]);
  const [within, among] = [ranks(high), ranks(low)];
  const positives = high.map((_, i) => ((all[i] as number) - (within[i] as number)) / low.length);
  const negatives = low.map(
    (_, j) => 1 - ((all[high.length + j] as number) - (among[j] as number)) / high.length,
  );
  return { positives, negatives, auroc: positives.reduce((s, v) => s + v, 0) / high.length };
}

function varianceOfMean(values: Float64Array): number {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1) / n;
}

/** @file Two classes at a threshold: counts, F1, sensitivity, specificity. */
import type { MetricValue } from '@dualbeat/core';
import { refuseLabels, refusePairs, undefinedBecause } from '../values.ts';
import type { Undefined, Values } from '../values.ts';

export type Confusion = {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
};

/** Counts where a score at or above `threshold` is called positive. Errors: E_EVALUATION_LENGTH. */
export function confusion(
  labels: Values,
  scores: Values,
  threshold: number,
): Confusion | Undefined {
  const refusal = refusePairs('confusion', labels, scores) ?? refuseLabels(labels);
  if (refusal) return refusal;
  const counts = [0, 0, 0, 0]; // by 2 * label + call
  for (let i = 0; i < labels.length; i++) {
    const at = 2 * (labels[i] as number) + ((scores[i] as number) >= threshold ? 1 : 0);
    counts[at] = (counts[at] as number) + 1;
  }
  const [trueNegatives, falsePositives, falseNegatives, truePositives] = counts as [
    number,
    number,
    number,
    number,
  ];
  return { truePositives, falsePositives, trueNegatives, falseNegatives };
}

/** Harmonic mean of precision and sensitivity. Undefined where nothing is positive, neither in truth nor by call. */
export function f1(labels: Values, scores: Values, threshold: number): MetricValue {
  const of = confusion(labels, scores, threshold);
  if ('undefinedBecause' in of) return of;
  const all = 2 * of.truePositives + of.falsePositives + of.falseNegatives;
  if (all === 0) return undefinedBecause('there are no positives and none was predicted');
  return (2 * of.truePositives) / all;
}

/** Share of the positives called positive. Undefined without positives. */
export function sensitivity(labels: Values, scores: Values, threshold: number): MetricValue {
  const of = confusion(labels, scores, threshold);
  if ('undefinedBecause' in of) return of;
  const all = of.truePositives + of.falseNegatives;
  return all === 0 ? undefinedBecause('there are no positives') : of.truePositives / all;
}

/** Share of the negatives called negative. Undefined without negatives. */
export function specificity(labels: Values, scores: Values, threshold: number): MetricValue {
  const of = confusion(labels, scores, threshold);
  if ('undefinedBecause' in of) return of;
  const all = of.trueNegatives + of.falsePositives;
  return all === 0 ? undefinedBecause('there are no negatives') : of.trueNegatives / all;
}

/** Share of the positive calls that are positive. Undefined where nothing was called positive. */
export function precision(labels: Values, scores: Values, threshold: number): MetricValue {
  const of = confusion(labels, scores, threshold);
  if ('undefinedBecause' in of) return of;
  const all = of.truePositives + of.falsePositives;
  return all === 0 ? undefinedBecause('nothing was predicted positive') : of.truePositives / all;
}

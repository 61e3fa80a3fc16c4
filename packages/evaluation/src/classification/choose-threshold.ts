/** @file A threshold by a rule, on validation only. */
import { fractionOutOfRange, thresholdOnTest } from '../errors.ts';
import type { Undefined, Values } from '../values.ts';
import { operatingPoints } from './operating-points.ts';
import type { OperatingPoint } from './operating-points.ts';

/**
 * `youden`: sensitivity + specificity is highest. `f1`: F1 is highest. `specificity` / `sensitivity`: the other of the
 * two is highest among the thresholds that reach `least`.
 */
export type ThresholdRule =
  | { readonly by: 'youden' }
  | { readonly by: 'f1' }
  | { readonly by: 'specificity'; readonly least: number }
  | { readonly by: 'sensitivity'; readonly least: number };

export type ChosenThreshold = OperatingPoint & {
  readonly rule: ThresholdRule;
  readonly split: string;
};

/**
 * The threshold of `rule` on the labels and scores of `split`, with what it gave there. Of equals, the highest
 * threshold (fewest positive calls). Undefined where one class is absent.
 * Errors: E_EVALUATION_THRESHOLD_SPLIT for any split but `val`, E_EVALUATION_FRACTION, E_EVALUATION_LENGTH.
 */
export function chooseThreshold(
  from: { readonly split: string; readonly labels: Values; readonly scores: Values },
  rule: ThresholdRule,
): ChosenThreshold | Undefined {
  if (from.split !== 'val') throw thresholdOnTest(from.split);
  if ('least' in rule && !(rule.least >= 0 && rule.least <= 1))
    throw fractionOutOfRange(rule.by, rule.least);
  const points = operatingPoints(from.labels, from.scores);
  if ('undefinedBecause' in points) return points;
  let best = points[0] as OperatingPoint;
  let bestGain = -Infinity;
  for (const point of points) {
    const value = gain(point, rule);
    if (value > bestGain + 1e-12) [best, bestGain] = [point, value];
  }
  return { ...best, rule, split: from.split };
}

function gain(point: OperatingPoint, rule: ThresholdRule): number {
  switch (rule.by) {
    case 'youden':
      return point.sensitivity + point.specificity;
    case 'f1':
      return point.f1;
    case 'specificity':
      return point.specificity >= rule.least - 1e-12 ? point.sensitivity : -Infinity;
    case 'sensitivity':
      return point.sensitivity >= rule.least - 1e-12 ? point.specificity : -Infinity;
  }
}

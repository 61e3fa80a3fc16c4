/** @file Sensitivity where the specificity is fixed. */
import type { MetricValue } from '@dualbeat/core';
import { fractionOutOfRange } from '../errors.ts';
import type { Values } from '../values.ts';
import { operatingPoints } from './operating-points.ts';

/**
 * The highest sensitivity of the thresholds whose specificity is at least `least` (0 to 1), on the scores given. Where
 * the threshold has to be fixed beforehand, choose it on validation (`chooseThreshold`).
 * Errors: E_EVALUATION_LENGTH, E_EVALUATION_FRACTION.
 */
export function sensitivityAtSpecificity(
  labels: Values,
  scores: Values,
  least: number,
): MetricValue {
  if (!(least >= 0 && least <= 1)) throw fractionOutOfRange('specificity', least);
  const points = operatingPoints(labels, scores);
  if ('undefinedBecause' in points) return points;
  let best = 0;
  for (const point of points)
    // a rounding of 1 - 1/n must not decide
    if (point.specificity >= least - 1e-12) best = Math.max(best, point.sensitivity);
  return best;
}

/** @file Every threshold that a set of scores allows: the points of the ROC and the precision-recall curve. */
import { tiedGroups } from '../auroc.ts';
import { refuseClasses, refusePairs } from '../values.ts';
import type { Undefined, Values } from '../values.ts';

export type OperatingPoint = {
  /** A score at or above it is called positive; Infinity calls nothing positive. */
  readonly threshold: number;
  readonly sensitivity: number;
  readonly specificity: number;
  /** 1 at the first point, where nothing is called positive. */
  readonly precision: number;
  readonly f1: number;
};

/**
 * From the threshold Infinity down to the lowest score, one point per distinct score. Undefined where one class is
 * absent. Errors: E_EVALUATION_LENGTH.
 */
export function operatingPoints(
  labels: Values,
  scores: Values,
): readonly OperatingPoint[] | Undefined {
  const refusal = refusePairs('operating points', labels, scores) ?? refuseClasses(labels);
  if (refusal) return refusal;
  let positives = 0;
  for (let i = 0; i < labels.length; i++) positives += labels[i] as number;
  const negatives = labels.length - positives;
  const points: OperatingPoint[] = [
    { threshold: Infinity, sensitivity: 0, specificity: 1, precision: 1, f1: 0 },
  ];
  let hits = 0;
  for (const { end, positive, score } of tiedGroups(labels, scores, -1)) {
    hits += positive;
    points.push({
      threshold: score,
      sensitivity: hits / positives,
      specificity: (negatives - (end - hits)) / negatives,
      precision: hits / end,
      f1: (2 * hits) / (positives + end),
    });
  }
  return points;
}

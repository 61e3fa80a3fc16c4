/** @file Brier score. */
import type { MetricValue } from '@dualbeat/core';
import { refuseLabels, refusePairs, refuseProbabilities } from '../values.ts';
import type { Values } from '../values.ts';

/** Mean squared difference of predicted probability and label (Brier 1950). Errors: E_EVALUATION_LENGTH. */
export function brier(labels: Values, probabilities: Values): MetricValue {
  const refusal =
    refusePairs('brier', labels, probabilities) ??
    refuseLabels(labels) ??
    refuseProbabilities(probabilities);
  if (refusal) return refusal;
  let sum = 0;
  for (let i = 0; i < labels.length; i++)
    sum += ((labels[i] as number) - (probabilities[i] as number)) ** 2;
  return sum / labels.length;
}

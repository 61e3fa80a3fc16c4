/** @file Ranking of two classes: area under the ROC curve and average precision. */
import type { MetricValue } from '@dualbeat/core';
import { refuseClasses, refusePairs } from './values.ts';
import type { Values } from './values.ts';

/**
 * Area under the ROC curve: the probability that a positive scores above a negative, ties counting half. `labels` are 1
 * (positive) or 0. Undefined where one class is absent. Errors: E_EVALUATION_LENGTH.
 */
export function auroc(labels: Values, scores: Values): MetricValue {
  const refusal = refusePairs('auroc', labels, scores) ?? refuseClasses(labels);
  if (refusal) return refusal;
  let rankSum = 0; // of the positives, ranks from 1, ties sharing theirs
  let positives = 0;
  for (const { start, end, positive } of tiedGroups(labels, scores, 1)) {
    rankSum += positive * ((start + end + 1) / 2);
    positives += positive;
  }
  const negatives = labels.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/**
 * Average precision: precision weighted by the gain in recall, from the highest score down, in steps and without
 * interpolation; equal scores are one step. Errors: E_EVALUATION_LENGTH.
 */
export function averagePrecision(labels: Values, scores: Values): MetricValue {
  const refusal = refusePairs('average precision', labels, scores) ?? refuseClasses(labels);
  if (refusal) return refusal;
  let sum = 0;
  let positives = 0;
  for (const { end, positive } of tiedGroups(labels, scores, -1)) {
    positives += positive;
    sum += positive * (positives / end);
  }
  return sum / positives;
}

/** Runs of equal scores in ascending (1) or descending (-1) order: `start` to `end` (exclusive), and their positives. */
export function* tiedGroups(
  labels: Values,
  scores: Values,
  direction: 1 | -1,
): Generator<{
  readonly start: number;
  readonly end: number;
  readonly positive: number;
  readonly score: number;
}> {
  const order = Array.from({ length: scores.length }, (_, i) => i);
  order.sort((a, b) => direction * ((scores[a] as number) - (scores[b] as number)));
  for (let start = 0; start < order.length;) {
    const score = scores[order[start] as number] as number;
    let end = start;
    let positive = 0;
    while (end < order.length && scores[order[end] as number] === score)
      positive += labels[order[end++] as number] === 1 ? 1 : 0;
    yield { start, end, positive, score };
    start = end;
  }
}

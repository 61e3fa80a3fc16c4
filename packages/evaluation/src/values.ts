/** @file What the metrics take, and the checks that all of them share. */
import type { MetricValue } from '@dualbeat/core';
import { lengthMismatch } from './errors.ts';

/** Numbers in a row: a plain or a typed array. */
export type Values = ArrayLike<number>;

/** A result that does not exist, and why. */
export type Undefined = Exclude<MetricValue, number>;

/** A metric value that does not exist, and why. */
export function undefinedBecause(reason: string): Undefined {
  return { undefinedBecause: reason };
}

/** True for a result that exists. */
export function isDefined<T>(result: T | Undefined): result is T {
  return !(typeof result === 'object' && result !== null && 'undefinedBecause' in result);
}

/** Throws E_EVALUATION_LENGTH unless the two pair up. */
export function checkLengths(metric: string, truth: ArrayLike<unknown>, other: ArrayLike<unknown>) {
  if (truth.length !== other.length) throw lengthMismatch(metric, truth.length, other.length);
}

/**
 * Why a metric of these pairs cannot be computed; undefined if it can.
 * Errors: E_EVALUATION_LENGTH.
 */
export function refusePairs(
  metric: string,
  truth: Values,
  prediction: Values,
): Undefined | undefined {
  checkLengths(metric, truth, prediction);
  if (truth.length === 0) return undefinedBecause('there are no values');
  for (let i = 0; i < truth.length; i++) {
    if (!Number.isFinite(truth[i])) return undefinedBecause('a true value is not finite');
    if (!Number.isFinite(prediction[i])) return undefinedBecause('a predicted value is not finite');
  }
  return undefined;
}

/** Why ranking two classes cannot be measured: a label that is neither 0 nor 1, or one class alone. */
export function refuseClasses(labels: Values): Undefined | undefined {
  const refusal = refuseLabels(labels);
  if (refusal) return refusal;
  let positives = 0;
  for (let i = 0; i < labels.length; i++) positives += labels[i] as number;
  if (positives === 0) return undefinedBecause('there are no positives');
  if (positives === labels.length) return undefinedBecause('there are no negatives');
  return undefined;
}

/** Why these are not labels of two classes. */
export function refuseLabels(labels: Values): Undefined | undefined {
  for (let i = 0; i < labels.length; i++)
    if (labels[i] !== 0 && labels[i] !== 1) return undefinedBecause('a label is neither 0 nor 1');
  return undefined;
}

/** Why these are not probabilities. */
export function refuseProbabilities(values: Values): Undefined | undefined {
  for (let i = 0; i < values.length; i++)
    if (!((values[i] as number) >= 0 && (values[i] as number) <= 1))
      return undefinedBecause('a probability is outside 0 to 1');
  return undefined;
}

/** @file What the metrics take, and the checks that all of them share. */
import type { MetricValue } from '@dualbeat/core';
import { lengthMismatch } from './errors.ts';

/** Numbers in a row: a plain or a typed array. */
export type Values = ArrayLike<number>;

type Undefined = Exclude<MetricValue, number>;

/** A metric value that does not exist, and why. */
export function undefinedBecause(reason: string): Undefined {
  return { undefinedBecause: reason };
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
  if (truth.length !== prediction.length) {
    throw lengthMismatch(metric, truth.length, prediction.length);
  }
  if (truth.length === 0) return undefinedBecause('there are no values');
  for (let i = 0; i < truth.length; i++) {
    if (!Number.isFinite(truth[i])) return undefinedBecause('a true value is not finite');
    if (!Number.isFinite(prediction[i])) return undefinedBecause('a predicted value is not finite');
  }
  return undefined;
}

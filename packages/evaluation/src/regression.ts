/** @file Errors of predicted numbers: MAE, RMSE, R2, NMSE. */
import type { MetricValue } from '@dualbeat/core';
import { refusePairs, undefinedBecause } from './values.ts';
import type { Values } from './values.ts';

/** Mean absolute error, in the unit of the values. Errors: E_EVALUATION_LENGTH. */
export function mae(truth: Values, prediction: Values): MetricValue {
  const refusal = refusePairs('mae', truth, prediction);
  if (refusal) return refusal;
  let sum = 0;
  for (let i = 0; i < truth.length; i++) {
    sum += Math.abs((truth[i] as number) - (prediction[i] as number));
  }
  return sum / truth.length;
}

/** Root of the mean squared error, in the unit of the values. Errors: E_EVALUATION_LENGTH. */
export function rmse(truth: Values, prediction: Values): MetricValue {
  const refusal = refusePairs('rmse', truth, prediction);
  return refusal ?? Math.sqrt(squaredError(truth, prediction) / truth.length);
}

/**
 * Normalised mean squared error: squared errors over squared deviations of the truth. 0 is perfect, 1 is as good as
 * the centre. `centres`: what the deviations are taken from, one per value (say, the mean of the lead that the sample
 * is of); without it, the mean of the truth. Errors: E_EVALUATION_LENGTH.
 */
export function nmse(truth: Values, prediction: Values, centres?: Values): MetricValue {
  const refusal = refusePairs('nmse', truth, prediction);
  if (refusal) return refusal;
  const deviation = centres === undefined ? squaredDeviation(truth) : squaredError(truth, centres);
  if (deviation === 0) return undefinedBecause('the true values do not vary');
  return squaredError(truth, prediction) / deviation;
}

/** Coefficient of determination, 1 - NMSE. Errors: E_EVALUATION_LENGTH. */
export function r2(truth: Values, prediction: Values): MetricValue {
  const ratio = nmse(truth, prediction);
  return typeof ratio === 'number' ? 1 - ratio : ratio;
}

function squaredError(a: Values, b: Values): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return sum;
}

function squaredDeviation(values: Values): number {
  let centre = 0;
  for (let i = 0; i < values.length; i++) centre += (values[i] as number) / values.length;
  let sum = 0;
  let same = true;
  for (let i = 0; i < values.length; i++) {
    sum += ((values[i] as number) - centre) ** 2;
    same &&= values[i] === values[0];
  }
  return same ? 0 : sum; // rounding of the mean must not turn a constant into a variance
}

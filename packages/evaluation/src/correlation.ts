/** @file Correlation of paired numbers: Pearson and Spearman. */
import type { MetricValue } from '@dualbeat/core';
import { ranks } from './math/ranks.ts';
import { refusePairs, undefinedBecause } from './values.ts';
import type { Values } from './values.ts';

/** Pearson's correlation, two-pass. Undefined where one side does not vary. Errors: E_EVALUATION_LENGTH. */
export function pearson(truth: Values, prediction: Values): MetricValue {
  return refusePairs('pearson', truth, prediction) ?? correlate(truth, prediction);
}

/** Spearman's rank correlation, ties by their mean rank. Errors: E_EVALUATION_LENGTH. */
export function spearman(truth: Values, prediction: Values): MetricValue {
  const refusal = refusePairs('spearman', truth, prediction);
  return refusal ?? correlate(ranks(truth), ranks(prediction));
}

function correlate(truth: Values, prediction: Values): MetricValue {
  if (constant(truth)) return undefinedBecause('the true values do not vary');
  if (constant(prediction)) return undefinedBecause('the predicted values do not vary');
  const n = truth.length;
  let meanT = 0;
  let meanP = 0;
  for (let i = 0; i < n; i++) {
    meanT += (truth[i] as number) / n;
    meanP += (prediction[i] as number) / n;
  }
  let tt = 0;
  let pp = 0;
  let tp = 0;
  for (let i = 0; i < n; i++) {
    const t = (truth[i] as number) - meanT;
    const p = (prediction[i] as number) - meanP;
    tt += t * t;
    pp += p * p;
    tp += t * p;
  }
  if (tt === 0 || pp === 0) return undefinedBecause('the values vary less than can be computed');
  return Math.max(-1, Math.min(1, tp / Math.sqrt(tt) / Math.sqrt(pp)));
}

function constant(values: Values): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}

/** @file Coded errors of the evaluation package. */
import { DualbeatError } from '@dualbeat/core';

/** E_EVALUATION_LENGTH: truth and prediction do not pair up. */
export function lengthMismatch(metric: string, truth: number, prediction: number): DualbeatError {
  return new DualbeatError({
    code: 'E_EVALUATION_LENGTH',
    where: metric,
    cause: `there are ${truth} true values but ${prediction} predicted ones.`,
    fix: 'give one prediction per true value, in the same order.',
  });
}

/** E_EVALUATION_QUANTILE: a quantile outside 0 to 1. */
export function quantileOutOfRange(q: number): DualbeatError {
  return new DualbeatError({
    code: 'E_EVALUATION_QUANTILE',
    where: 'quantile',
    cause: `the quantile ${q} is not between 0 and 1.`,
    fix: 'give a fraction: 0.5 for the median, 0.95 for the 95th percentile.',
  });
}

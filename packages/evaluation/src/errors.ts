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

/** E_EVALUATION_FRACTION: a share outside 0 to 1. */
export function fractionOutOfRange(what: string, value: number): DualbeatError {
  return new DualbeatError({
    code: 'E_EVALUATION_FRACTION',
    where: what,
    cause: `${value} is not a fraction between 0 and 1.`,
    fix: 'give a fraction, such as 0.95 for 95 %.',
  });
}

/** E_EVALUATION_TARGET: a group names a target that has no metric. */
export function unknownTarget(
  group: string,
  name: string,
  known: readonly string[],
): DualbeatError {
  return new DualbeatError({
    code: 'E_EVALUATION_TARGET',
    where: `group '${group}'`,
    cause: `the target '${name}' was not evaluated; there are ${known.join(', ') || 'none'}.`,
    fix: 'name only targets of the target set in its groups.',
  });
}

/** E_EVALUATION_THRESHOLD_SPLIT: a threshold chosen where it is tested. */
export function thresholdOnTest(split: string): DualbeatError {
  return new DualbeatError({
    code: 'E_EVALUATION_THRESHOLD_SPLIT',
    where: 'threshold',
    cause: `a threshold cannot be chosen on the split '${split}'.`,
    fix: "choose it on 'val', then apply it to 'test'.",
  });
}

/** E_EVALUATION_EMBEDDINGS: values that do not fill rows of the width. */
export function embeddingShape(metric: string, values: number, width: number): DualbeatError {
  return new DualbeatError({
    code: 'E_EVALUATION_EMBEDDINGS',
    where: metric,
    cause: `${values} values do not fill rows of width ${width}.`,
    fix: 'give all rows of the embedding, one after the other, and their width.',
  });
}

/** E_EVALUATION_ROWS: two sides that have to describe the same rows do not. */
export function rowMismatch(metric: string, rows: number, others: number): DualbeatError {
  return new DualbeatError({
    code: 'E_EVALUATION_ROWS',
    where: metric,
    cause: `one side has ${rows} rows, the other ${others}.`,
    fix: 'give the same rows on both sides, in the same order.',
  });
}

/** E_EVALUATION_WIDTH: embeddings that cannot be compared. */
export function widthMismatch(metric: string, width: number, other: number): DualbeatError {
  return new DualbeatError({
    code: 'E_EVALUATION_WIDTH',
    where: metric,
    cause: `one side has width ${width}, the other ${other}.`,
    fix: 'compare embeddings of the shared space.',
  });
}

/** E_EVALUATION_MARGIN: an equivalence margin that is not above 0. */
export function marginNotPositive(margin: number): DualbeatError {
  return new DualbeatError({
    code: 'E_EVALUATION_MARGIN',
    where: 'equivalence',
    cause: `the margin ${margin} is not above 0.`,
    fix: 'state, before looking at results, the largest difference that does not matter.',
  });
}

/** E_EVALUATION_REPLICATES: too few replicates for the level. */
export function tooFewReplicates(replicates: number, level: number): DualbeatError {
  return new DualbeatError({
    code: 'E_EVALUATION_REPLICATES',
    where: 'bootstrap',
    cause: `${replicates} replicates cannot give an interval of level ${level}.`,
    fix: `use at least ${Math.ceil(2 / (1 - level))}, better 2000.`,
  });
}

/** E_EVALUATION_SEEDS: trials that cannot be paired by seed. */
export function noSeeds(): DualbeatError {
  return new DualbeatError({
    code: 'E_EVALUATION_SEEDS',
    where: 'comparison',
    cause: 'there is no seed.',
    fix: 'compare trials that share at least one seed.',
  });
}

/** E_EVALUATION_CALIBRATION: intervals asked for without a calibration. */
export function notCalibrated(why: string): DualbeatError {
  return new DualbeatError({
    code: 'E_EVALUATION_CALIBRATION',
    where: 'prediction intervals',
    cause: `there is no calibration: ${why}.`,
    fix: "calibrate on the split 'val', with enough subjects for the level, or ask for predictions without intervals.",
  });
}

/** @file Prediction intervals by split-conformal calibration. */
import type { MetricValue } from '@dualbeat/core';
import { fractionOutOfRange, notCalibrated } from '../errors.ts';
import { isDefined, refusePairs, undefinedBecause } from '../values.ts';
import type { Undefined, Values } from '../values.ts';

/** JSON-serialisable: stored beside the checkpoint. */
export type ConformalCalibration = {
  /** Prediction -+ it is the interval, in the unit of the target. */
  readonly halfWidth: number;
  readonly level: number;
  /** Rows it was calibrated on. */
  readonly count: number;
  readonly split: 'val';
};

/**
 * Absolute residuals on validation: the ceil((n + 1) level)-th smallest (Vovk et al. 2005, Lei et al. 2018), which covers
 * a new subject with probability of at least `level`, if exchangeable with those. One row per subject. Undefined where
 * there are too few for the level. Errors: E_EVALUATION_CALIBRATION for any split but `val`, E_EVALUATION_FRACTION,
 * E_EVALUATION_LENGTH.
 */
export function calibrateIntervals(
  from: { readonly split: string; readonly truth: Values; readonly prediction: Values },
  level: number,
): ConformalCalibration | Undefined {
  if (from.split !== 'val') throw notCalibrated(`the split '${from.split}' cannot calibrate`);
  if (!(level > 0 && level < 1)) throw fractionOutOfRange('level', level);
  const { truth, prediction } = from;
  const refusal = refusePairs('calibration', truth, prediction);
  if (refusal) return refusal;
  const count = truth.length;
  const at = Math.ceil((count + 1) * level - 1e-9);
  if (at > count)
    return undefinedBecause(
      `${count} subjects are too few for intervals of level ${level}; it takes ${Math.ceil(level / (1 - level) - 1e-9)}`,
    );
  const residuals = Float64Array.from({ length: count }, (_, i) =>
    Math.abs((truth[i] as number) - (prediction[i] as number)),
  ).sort();
  return { halfWidth: residuals[at - 1] as number, level, count, split: 'val' };
}

/** Bounds of each prediction. Errors: E_EVALUATION_CALIBRATION without a calibration. */
export function predictionIntervals(
  prediction: Values,
  calibration: ConformalCalibration | Undefined | undefined,
): { readonly lower: Float64Array; readonly upper: Float64Array } {
  if (calibration === undefined) throw notCalibrated('the model was never calibrated');
  if (!isDefined(calibration)) throw notCalibrated(calibration.undefinedBecause);
  const { halfWidth } = calibration;
  return {
    lower: Float64Array.from(prediction, (value) => value - halfWidth),
    upper: Float64Array.from(prediction, (value) => value + halfWidth),
  };
}

/** Share of the true values inside their intervals. Errors: E_EVALUATION_LENGTH. */
export function intervalCoverage(
  truth: Values,
  { lower, upper }: { readonly lower: Values; readonly upper: Values },
): MetricValue {
  const refusal = refusePairs('coverage', truth, lower) ?? refusePairs('coverage', truth, upper);
  if (refusal) return refusal;
  let inside = 0;
  for (let i = 0; i < truth.length; i++) {
    const value = truth[i] as number;
    inside += value >= (lower[i] as number) && value <= (upper[i] as number) ? 1 : 0;
  }
  return inside / truth.length;
}

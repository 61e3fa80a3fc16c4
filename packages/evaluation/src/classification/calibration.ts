/** @file Calibration curve and expected calibration error. */
import type { MetricValue } from '@dualbeat/core';
import { refuseLabels, refusePairs, refuseProbabilities, undefinedBecause } from '../values.ts';
import type { Undefined, Values } from '../values.ts';

export type CalibrationBin = {
  readonly count: number;
  /** Mean predicted probability. */
  readonly predicted: number;
  /** Share of positives. */
  readonly observed: number;
};

/**
 * `width`: bins of equal width, (lower, upper] with 0 in the first. `count`: bins at the quantiles (type 7) of the
 * predicted probabilities, equal edges merged. Empty bins are left out.
 */
export type CalibrationBins = { readonly bins: number; readonly by: 'width' | 'count' };

/** Predicted against observed, by bins in ascending order. Errors: E_EVALUATION_LENGTH. */
export function calibrationCurve(
  labels: Values,
  probabilities: Values,
  { bins, by }: CalibrationBins,
): readonly CalibrationBin[] | Undefined {
  const refusal =
    refusePairs('calibration', labels, probabilities) ??
    refuseLabels(labels) ??
    refuseProbabilities(probabilities);
  if (refusal) return refusal;
  if (!(Number.isInteger(bins) && bins > 0)) return undefinedBecause('there are no bins');
  const inner = innerEdges(probabilities, bins, by);
  const sums = Array.from({ length: bins }, () => ({ count: 0, predicted: 0, observed: 0 }));
  for (let i = 0; i < labels.length; i++) {
    const p = probabilities[i] as number;
    let low = 0; // the first inner edge at or above p
    let high = inner.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((inner[middle] as number) < p) low = middle + 1;
      else high = middle;
    }
    const bin = sums[low] as (typeof sums)[number];
    bin.count++;
    bin.predicted += p;
    bin.observed += labels[i] as number;
  }
  return sums
    .filter(({ count }) => count > 0)
    .map(({ count, predicted, observed }) => ({
      count,
      predicted: predicted / count,
      observed: observed / count,
    }));
}

/** Expected calibration error: |predicted - observed| of the bins, weighted by their counts (Naeini et al. 2015). */
export function expectedCalibrationError(
  labels: Values,
  probabilities: Values,
  how: CalibrationBins,
): MetricValue {
  const curve = calibrationCurve(labels, probabilities, how);
  if ('undefinedBecause' in curve) return curve;
  let sum = 0;
  for (const bin of curve) sum += bin.count * Math.abs(bin.predicted - bin.observed);
  return sum / labels.length;
}

function innerEdges(probabilities: Values, bins: number, by: 'width' | 'count'): number[] {
  if (by === 'width') return Array.from({ length: bins - 1 }, (_, i) => (i + 1) / bins);
  const sorted = Float64Array.from(probabilities).sort();
  return Array.from({ length: bins - 1 }, (_, i) => {
    const position = ((i + 1) / bins) * (sorted.length - 1);
    const below = Math.floor(position);
    const low = sorted[below] as number;
    const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
    return low + (position - below) * (high - low);
  });
}

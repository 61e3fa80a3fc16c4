/** @file How well the hidden samples of one record were filled in. */
import type { MetricValue } from '@dualbeat/core';
import { nmse, pearson } from '@dualbeat/evaluation';
import type { RecordSignals } from './assemble.ts';

export type HiddenScores = {
  readonly nmse: MetricValue;
  readonly correlation: MetricValue;
  /** Share of the patches with a signal that were hidden. */
  readonly share: number;
};

/** Over all hidden samples of all leads; deviations are from each lead's mean over the record, as in the metric. */
export function hiddenScores(record: RecordSignals): HiddenScores {
  const truth: number[] = [];
  const prediction: number[] = [];
  let windows = 0;
  let hidden = 0;
  record.original.forEach((lead, l) => {
    const finite = lead.filter(Number.isFinite);
    const mean = finite.reduce((sum, v) => sum + v, 0) / finite.length;
    (record.hidden[l] as Uint8Array).forEach((flag, w) => {
      const from = w * record.windowSamples;
      if (!Number.isNaN(lead[from])) windows++;
      if (!flag) return;
      hidden++;
      for (let i = from; i < from + record.windowSamples; i++) {
        truth.push((lead[i] as number) - mean);
        prediction.push(((record.reconstruction[l] as Float32Array)[i] as number) - mean);
      }
    });
  });
  return {
    nmse: nmse(truth, prediction, new Float64Array(truth.length)),
    correlation: pearson(truth, prediction),
    share: windows === 0 ? 0 : hidden / windows,
  };
}

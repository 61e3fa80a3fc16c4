/** @file NMSE and correlation of hidden samples, summed up record by record. */
import type { MetricValue } from '@dualbeat/core';
import { HIDDEN } from './token-grid.ts';
import type { TokenRecord } from './token-grid.ts';

/** Sums over hidden samples; t and p are deviations of truth and prediction from the lead's mean over the record. */
export type Score = {
  count: number;
  squaredError: number;
  t: number;
  p: number;
  tt: number;
  pp: number;
  tp: number;
};

export function emptyScore(): Score {
  return { count: 0, squaredError: 0, t: 0, p: 0, tt: 0, pp: 0, tp: 0 };
}

/** The mean of a lead over the record's samples that are there, hidden ones too. */
export function recordMean(record: TokenRecord, lead: number): number {
  return meanWhere(record, lead, (state) => state !== 0);
}

/** The mean over the windows whose state is taken; NaN where there is none. */
export function meanWhere(
  record: TokenRecord,
  lead: number,
  takes: (state: number) => boolean,
): number {
  const { samples } = record.grid;
  const values = record.original[lead] as Float32Array;
  let sum = 0;
  let count = 0;
  (record.state[lead] as Uint8Array).forEach((state, w) => {
    if (!takes(state)) return;
    for (let i = w * samples; i < (w + 1) * samples; i++) sum += values[i] as number;
    count += samples;
  });
  return sum / count;
}

/** Adds the hidden samples of one lead of a record, as predicted by `prediction` [T']. */
export function addLead(
  score: Score,
  record: TokenRecord,
  lead: number,
  prediction: Float32Array | Float64Array,
  mean: number,
): void {
  const { samples } = record.grid;
  const values = record.original[lead] as Float32Array;
  (record.state[lead] as Uint8Array).forEach((state, w) => {
    if (state !== HIDDEN) return;
    for (let i = w * samples; i < (w + 1) * samples; i++) {
      const t = (values[i] as number) - mean;
      const p = (prediction[i] as number) - mean;
      score.squaredError += (t - p) ** 2;
      score.t += t;
      score.p += p;
      score.tt += t * t;
      score.pp += p * p;
      score.tp += t * p;
    }
    score.count += samples;
  });
}

/** The score of all samples together. */
export function sumScores(scores: readonly Score[]): Score {
  const sum = emptyScore();
  for (const score of scores) {
    for (const key of Object.keys(sum) as (keyof Score)[]) sum[key] += score[key];
  }
  return sum;
}

/** Squared errors over squared deviations of the truth from its lead's mean over the record. */
export function nmseOf(score: Score): MetricValue {
  const refusal = refuse(score);
  if (refusal) return refusal;
  if (score.tt === 0) return { undefinedBecause: 'the hidden samples do not vary' };
  return score.squaredError / score.tt;
}

/** Pearson's correlation of the deviations: what a lead's offset alone would give does not count. */
export function correlationOf(score: Score): MetricValue {
  const refusal = refuse(score);
  if (refusal) return refusal;
  const { count, t, p, tt, pp, tp } = score;
  const varianceT = tt - (t * t) / count;
  const varianceP = pp - (p * p) / count;
  // Below this, what is left of the sums is rounding.
  if (varianceT <= tt * 1e-12) return { undefinedBecause: 'the hidden samples do not vary' };
  if (varianceP <= pp * 1e-12) return { undefinedBecause: 'the prediction does not vary' };
  const r = (tp - (t * p) / count) / Math.sqrt(varianceT) / Math.sqrt(varianceP);
  return Math.max(-1, Math.min(1, r));
}

function refuse(score: Score): Exclude<MetricValue, number> | undefined {
  if (score.count === 0) return { undefinedBecause: 'no sample was hidden' };
  if (!Number.isFinite(score.tt)) return { undefinedBecause: 'the original is not finite' };
  if (!Number.isFinite(score.squaredError)) {
    return { undefinedBecause: 'the prediction is not finite' };
  }
  return undefined;
}

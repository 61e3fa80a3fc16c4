/** @file Mean and covariance of the leads over all samples of the training records. */
import { ABSENT } from './token-grid.ts';
import type { TokenRecord } from './token-grid.ts';

/** JSON; `covariance` is L x L, row-major, with divisor `samples`. */
export type LeadCovariance = {
  readonly samples: number;
  readonly mean: readonly number[];
  readonly covariance: readonly number[];
};

export function emptyCovariance(leads: number): LeadCovariance {
  return { samples: 0, mean: Array(leads).fill(0), covariance: Array(leads * leads).fill(0) };
}

/**
 * `so far` and the samples of one record at which every lead is there and finite. Records are merged by their own mean and
 * covariance (Chan, Golub and LeVeque 1983), which keeps the digits of a signal on a large offset.
 */
export function withRecord(soFar: LeadCovariance, record: TokenRecord): LeadCovariance {
  const own = ofRecord(record);
  if (own.samples === 0) return soFar;
  const leads = own.mean.length;
  const samples = soFar.samples + own.samples;
  const share = own.samples / samples;
  const delta = own.mean.map((m, i) => m - (soFar.mean[i] as number));
  return {
    samples,
    mean: soFar.mean.map((m, i) => m + share * (delta[i] as number)),
    covariance: soFar.covariance.map(
      (c, k) =>
        (1 - share) * c +
        share * (own.covariance[k] as number) +
        share *
          (1 - share) *
          (delta[Math.floor(k / leads)] as number) *
          (delta[k % leads] as number),
    ),
  };
}

function ofRecord({ grid, original, state }: TokenRecord): LeadCovariance {
  const windows: number[] = [];
  for (let w = 0; w < grid.windows; w++) {
    if (state.some((lead) => lead[w] === ABSENT)) continue;
    const from = w * grid.samples;
    const finite = original.every((lead) =>
      lead.subarray(from, from + grid.samples).every(Number.isFinite),
    );
    if (finite) windows.push(w);
  }
  const samples = windows.length * grid.samples;
  const centred = original.map((lead) => {
    const taken = new Float64Array(samples);
    windows.forEach((w, k) =>
      taken.set(lead.subarray(w * grid.samples, (w + 1) * grid.samples), k * grid.samples),
    );
    const mean = taken.reduce((sum, v) => sum + v, 0) / Math.max(1, samples);
    return { mean, values: taken.map((v) => v - mean) };
  });
  const { leads } = grid;
  const covariance: number[] = Array(leads * leads).fill(0);
  for (let a = 0; a < leads; a++) {
    for (let b = 0; b <= a; b++) {
      const x = (centred[a] as { values: Float64Array }).values;
      const y = (centred[b] as { values: Float64Array }).values;
      let sum = 0;
      for (let i = 0; i < samples; i++) sum += (x[i] as number) * (y[i] as number);
      covariance[a * leads + b] = covariance[b * leads + a] = sum / Math.max(1, samples);
    }
  }
  return { samples, mean: centred.map((lead) => lead.mean), covariance };
}

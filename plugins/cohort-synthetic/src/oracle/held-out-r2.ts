/** @file How well features tell outputs: R2 on rows that the regression has not seen. */
import { LeastSquares } from './least-squares.ts';

export type Sample = { readonly features: Float64Array; readonly outputs: Float64Array };

/** Mean and standard deviation of each column. */
function moments(rows: readonly Float64Array[]): { mean: Float64Array; std: Float64Array } {
  const width = (rows[0] as Float64Array).length;
  const [mean, std] = [new Float64Array(width), new Float64Array(width)];
  for (const row of rows) {
    for (let k = 0; k < width; k++)
      mean[k] = (mean[k] as number) + (row[k] as number) / rows.length;
  }
  for (const row of rows) {
    for (let k = 0; k < width; k++) {
      std[k] = (std[k] as number) + ((row[k] as number) - (mean[k] as number)) ** 2 / rows.length;
    }
  }
  return { mean, std: std.map(Math.sqrt) };
}

/** Standardised features, and with `quadratic` their squares and products, minus what those are on average. */
function expand(z: Float64Array, quadratic: boolean): Float64Array {
  const n = z.length;
  if (!quadratic) return Float64Array.from([1, ...z]);
  const out = new Float64Array(1 + n + (n * (n + 1)) / 2);
  out[0] = 1;
  out.set(z, 1);
  let at = n + 1;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) out[at++] = (z[i] as number) * (z[j] as number);
  }
  return out;
}

/** Ridges that are tried, relative to the number of rows: of the features themselves, of their squares and products. */
const RIDGES = [0.0003, 0.03, 1, 30].flatMap((linear) =>
  [0.05, 0.5, 30].map((quadratic) => ({ linear, quadratic })),
);
const CONSTANT = 1e-9;

/**
 * R2 of each output on the last quarter of `sample`: 1 - squared error over squared deviation from the mean of those that were fitted on. Least
 * squares on the first 60 %; its ridge is chosen for each output on the rows between. Constant features count for nothing; a
 * constant output has NaN.
 */
export function heldOutR2(sample: readonly Sample[], quadratic: boolean): Float64Array {
  const [fitted, chosen] = [0.6, 0.75].map((part) => Math.round(sample.length * part)) as [
    number,
    number,
  ];
  const training = sample.slice(0, fitted);
  const x = moments(training.map(({ features }) => features));
  const y = moments(training.map(({ outputs }) => outputs));
  const rows = sample.map(({ features, outputs }) => ({
    x: expand(scaled(features, x), quadratic),
    y: scaled(outputs, y),
  }));
  const width = (rows[0] as (typeof rows)[number]).x.length;
  const outputs = y.mean.length;
  const fit = new LeastSquares(width, outputs);
  for (const row of rows.slice(0, fitted)) fit.add(row.x, row.y);

  const linear = 1 + x.mean.length;
  const best = new Float64Array(outputs).fill(Number.NEGATIVE_INFINITY);
  const weights = new Float64Array(width * outputs);
  for (const ridge of quadratic ? RIDGES : RIDGES.filter((r) => r.quadratic === 0.05)) {
    const tried = fit.solve((k) => fitted * (k < linear ? ridge.linear : ridge.quadratic));
    r2Of(rows.slice(fitted, chosen), tried).forEach((r2, k) => {
      if (!(r2 > (best[k] as number))) return;
      best[k] = r2;
      for (let i = 0; i < width; i++) {
        weights[i * outputs + k] = tried[i * outputs + k] as number;
      }
    });
  }
  return r2Of(rows.slice(chosen), weights).map((r2, k) => (isConstant(y, k) ? Number.NaN : r2));
}

type Moments = ReturnType<typeof moments>;
const isConstant = ({ mean, std }: Moments, k: number) =>
  (std[k] as number) <= CONSTANT * Math.abs(mean[k] as number);

const scaled = (row: Float64Array, of: Moments) =>
  row.map((v, k) => (isConstant(of, k) ? 0 : (v - (of.mean[k] as number)) / (of.std[k] as number)));

function r2Of(
  rows: readonly { readonly x: Float64Array; readonly y: Float64Array }[],
  weights: Float64Array,
): Float64Array {
  const outputs = (rows[0] as (typeof rows)[number]).y.length;
  const [error, total] = [new Float64Array(outputs), new Float64Array(outputs)];
  const guess = new Float64Array(outputs);
  for (const { x, y } of rows) {
    guess.fill(0);
    for (let i = 0, at = 0; i < x.length; i++) {
      const value = x[i] as number;
      for (let k = 0; k < outputs; k++, at++) {
        guess[k] = (guess[k] as number) + value * (weights[at] as number);
      }
    }
    for (let k = 0; k < outputs; k++) {
      error[k] = (error[k] as number) + ((y[k] as number) - (guess[k] as number)) ** 2;
      total[k] = (total[k] as number) + (y[k] as number) ** 2;
    }
  }
  return error.map((e, k) => 1 - e / (total[k] as number));
}

/** @file Same-time linear regression: hidden leads from the leads that are visible at that time. */
import type { LeadCovariance } from './lead-covariance.ts';
import { VISIBLE } from './token-grid.ts';
import type { TokenRecord } from './token-grid.ts';

type Solution = {
  readonly visible: readonly number[];
  /** By lead: one coefficient per visible lead. */
  readonly coefficients: readonly Float64Array[];
};
export type LeadRegression = (record: TokenRecord, otherwise: readonly number[]) => Float32Array[];

/** Each set of visible leads is solved once; 12 leads have 4,096 sets. Above this many the cache starts anew. */
const cacheSize = 8192;

/**
 * The least-squares predictor of the leads from any subset of them: the conditional mean of a Gaussian with this mean and
 * covariance. `ridge` is added to the variances, as a share of their mean: the limb leads are exactly dependent.
 * What is made gives the record's leads [L][T'], `otherwise` (by lead) at times at which no lead is visible.
 */
export function leadRegression(fitted: LeadCovariance, ridge: number): LeadRegression {
  const cache = new Map<string, Solution>();
  const solutionFor = (visible: readonly number[]): Solution => {
    const key = visible.join();
    const known = cache.get(key);
    if (known) return known;
    if (cache.size >= cacheSize) cache.clear();
    const solution = { visible, coefficients: conditional(fitted, visible, ridge) };
    cache.set(key, solution);
    return solution;
  };
  return (record, otherwise) => {
    const { leads, windows, samples } = record.grid;
    const out = record.original.map((lead) => new Float32Array(lead.length));
    const all = Array.from({ length: leads }, (_, i) => i);
    for (let w = 0; w < windows; w++) {
      const visible = all.filter((lead) => (record.state[lead] as Uint8Array)[w] === VISIBLE);
      const solution = visible.length === 0 ? undefined : solutionFor(visible);
      for (let lead = 0; lead < leads; lead++) {
        const target = (out[lead] as Float32Array).subarray(w * samples, (w + 1) * samples);
        if (solution) predict(target, record, w, lead, solution, fitted.mean);
        else target.fill(otherwise[lead] as number);
      }
    }
    return out;
  };
}

function predict(
  target: Float32Array,
  record: TokenRecord,
  window: number,
  lead: number,
  solution: Solution,
  mean: readonly number[],
): void {
  const coefficients = solution.coefficients[lead] as Float64Array;
  const from = window * target.length;
  for (let i = 0; i < target.length; i++) {
    let value = mean[lead] as number;
    for (let k = 0; k < coefficients.length; k++) {
      const v = solution.visible[k] as number;
      const seen = ((record.original[v] as Float32Array)[from + i] as number) - (mean[v] as number);
      value += (coefficients[k] as number) * seen;
    }
    target[i] = value;
  }
}

/** By lead, the coefficients (S_VV + ridge)^-1 S_Vl, by Cholesky. */
function conditional(
  { mean, covariance }: LeadCovariance,
  visible: readonly number[],
  ridge: number,
): Float64Array[] {
  const leads = mean.length;
  const n = visible.length;
  const cov = (a: number, b: number) => covariance[a * leads + b] as number;
  let trace = 0;
  for (let i = 0; i < leads; i++) trace += cov(i, i);
  // A set of flat leads has no variance at all: any positive number keeps the factor finite, the coefficients are 0.
  const load = (ridge * trace) / leads || 1;
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = cov(visible[i] as number, visible[j] as number) + (i === j ? load : 0);
      for (let k = 0; k < j; k++)
        sum -= (factor[i * n + k] as number) * (factor[j * n + k] as number);
      factor[i * n + j] = i === j ? Math.sqrt(sum) : sum / (factor[j * n + j] as number);
    }
  }
  return Array.from({ length: leads }, (_, lead) => {
    const x = Float64Array.from(visible, (v) => cov(v, lead));
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < i; k++) x[i]! -= (factor[i * n + k] as number) * (x[k] as number);
      x[i]! /= factor[i * n + i] as number;
    }
    for (let i = n - 1; i >= 0; i--) {
      for (let k = i + 1; k < n; k++) x[i]! -= (factor[k * n + i] as number) * (x[k] as number);
      x[i]! /= factor[i * n + i] as number;
    }
    return x;
  });
}

/**
 * @file Baseline by asymmetric least squares (Eilers and Boelens 2005): the smooth z that minimises
 * sum w (y - z)^2 + lambda sum (second difference of z)^2, where w is p above the baseline and 1 - p elsewhere.
 */
import type { RowFilter } from './section.ts';

/** Subtracts the baseline from rows of `samples` (at least 3) values; one pentadiagonal solve per iteration, O(samples). */
export function removeAsymmetricBaseline(
  { lambda, p, iterations }: { lambda: number; p: number; iterations: number },
  samples: number,
): RowFilter {
  const n = samples;
  // lambda D'D has these diagonals; the ends have fewer differences through them.
  const main = new Float64Array(n);
  const next = new Float64Array(n);
  for (let k = 0; k + 2 < n; k++) {
    [1, -2, 1].forEach((c, i) => (main[k + i] = (main[k + i] as number) + lambda * c * c));
    next[k] = (next[k] as number) - 2 * lambda;
    next[k + 1] = (next[k + 1] as number) - 2 * lambda;
  }
  const [d, l1, l2, z] = [0, 0, 0, 0].map(() => new Float64Array(n)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];

  /** Solves (W + lambda D'D) z = W y by L D L'; W as told by the previous z. */
  function solve(y: Float64Array, first: boolean): void {
    let [d1, d2, m1, z1, z2] = [1, 1, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      // Where y equals z the published form has weight 0, which is singular on a flat lead; here it counts as below.
      const w = first ? 1 : (y[i] as number) > (z[i] as number) ? p : 1 - p;
      const outer = i >= 2 ? lambda / d2 : 0;
      const inner = i >= 1 ? ((next[i - 1] as number) - (i >= 2 ? lambda * m1 : 0)) / d1 : 0;
      const pivot = (main[i] as number) + w - inner * inner * d1 - outer * outer * d2;
      const value = w * (y[i] as number) - inner * z1 - outer * z2;
      l1[i] = inner;
      l2[i] = outer;
      d[i] = pivot;
      z[i] = value;
      [d2, d1, m1, z2, z1] = [d1, pivot, inner, z1, value];
    }
    let [after1, after2] = [0, 0];
    for (let i = n - 1; i >= 0; i--) {
      let value = (z[i] as number) / (d[i] as number);
      if (i + 1 < n) value -= (l1[i + 1] as number) * after1;
      if (i + 2 < n) value -= (l2[i + 2] as number) * after2;
      z[i] = value;
      [after2, after1] = [after1, value];
    }
  }

  return (row) => {
    for (let k = 0; k < iterations; k++) solve(row, k === 0);
    for (let i = 0; i < n; i++) row[i] = (row[i] as number) - (z[i] as number);
  };
}

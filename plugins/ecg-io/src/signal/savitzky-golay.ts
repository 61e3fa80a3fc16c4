/** @file Savitzky-Golay smoothing (Savitzky and Golay 1964; Gorry 1990 for the ends). */
import type { RowFilter } from './section.ts';

/**
 * The smoother of one window as a matrix [window, window]: row i gives the value at position i of the least-squares
 * polynomial of `order`. The middle row is the usual kernel. Built from orthonormal polynomials on the window, which stays
 * exact where the normal equations lose digits.
 */
export function polynomialSmoother(window: number, order: number): Float64Array[] {
  const half = (window - 1) / 2;
  const basis: Float64Array[] = [];
  for (let degree = 0; degree <= order; degree++) {
    const q = Float64Array.from({ length: window }, (_, i) => ((i - half) / half) ** degree);
    for (let sweep = 0; sweep < 2; sweep++) {
      for (const other of basis) {
        const overlap = q.reduce((sum, v, i) => sum + v * (other[i] as number), 0);
        for (let i = 0; i < window; i++) q[i] = (q[i] as number) - overlap * (other[i] as number);
      }
    }
    const norm = Math.sqrt(q.reduce((sum, v) => sum + v * v, 0));
    basis.push(q.map((v) => v / norm));
  }
  return Array.from({ length: window }, (_, i) =>
    Float64Array.from({ length: window }, (_, j) =>
      basis.reduce((sum, q) => sum + (q[i] as number) * (q[j] as number), 0),
    ),
  );
}

/** Smooths rows of `samples` (at least `window`) values; the first and last half window lie on the polynomial of the end window. */
export function savitzkyGolay(window: number, order: number, samples: number): RowFilter {
  const half = (window - 1) / 2;
  const smoother = polynomialSmoother(window, order);
  const kernel = smoother[half] as Float64Array;
  const middle = kernel[half] as number;
  const source = new Float64Array(samples);
  const endValue = (weights: Float64Array, from: number) => {
    let sum = 0;
    for (let j = 0; j < window; j++) sum += (weights[j] as number) * (source[from + j] as number);
    return sum;
  };
  return (row) => {
    source.set(row);
    for (let i = half; i < samples - half; i++) {
      let sum = middle * (source[i] as number);
      for (let k = 1; k <= half; k++) {
        sum +=
          (kernel[half + k] as number) * ((source[i - k] as number) + (source[i + k] as number));
      }
      row[i] = sum;
    }
    for (let i = 0; i < half; i++) {
      row[i] = endValue(smoother[i] as Float64Array, 0);
      row[samples - 1 - i] = endValue(smoother[window - 1 - i] as Float64Array, samples - window);
    }
  };
}

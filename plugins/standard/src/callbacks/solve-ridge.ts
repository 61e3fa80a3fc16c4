/** @file Ridge regression in closed form, in double precision on the host. */

/**
 * Weights [D] and bias of min sum (x w + b - y)^2 + ridge * n * |w|^2; the bias is not shrunk. Rows of `x` are centred already or not:
 * they are centred here. By Cholesky; the ridge makes the matrix positive definite.
 */
export function solveRidge(
  x: readonly Float64Array[],
  y: readonly number[],
  ridge: number,
): { readonly weights: Float64Array; readonly bias: number } {
  const n = x.length;
  const width = x[0]?.length ?? 0;
  const meanX = new Float64Array(width);
  for (const row of x)
    row.forEach((value, d) => void (meanX[d] = (meanX[d] as number) + value / n));
  const meanY = y.reduce((sum, value) => sum + value / n, 0);
  const gram = new Float64Array(width * width);
  const right = new Float64Array(width);
  for (const [i, row] of x.entries()) {
    for (let a = 0; a < width; a++) {
      const xa = (row[a] as number) - (meanX[a] as number);
      right[a] = (right[a] as number) + xa * ((y[i] as number) - meanY);
      for (let b = 0; b <= a; b++) {
        const at = a * width + b;
        gram[at] = (gram[at] as number) + xa * ((row[b] as number) - (meanX[b] as number));
      }
    }
  }
  for (let d = 0; d < width; d++) gram[d * width + d] = (gram[d * width + d] as number) + ridge * n;
  const weights = choleskySolve(gram, right);
  const bias = meanY - weights.reduce((sum, w, d) => sum + w * (meanX[d] as number), 0);
  return { weights, bias };
}

/** Solves A z = b for a positive definite A, whose lower triangle is given (row by row) and overwritten. */
function choleskySolve(a: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = a[i * n + j] as number;
      for (let k = 0; k < j; k++) sum -= (a[i * n + k] as number) * (a[j * n + k] as number);
      a[i * n + j] = i === j ? Math.sqrt(sum) : sum / (a[j * n + j] as number);
    }
  }
  const z = b.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++)
      z[i] = (z[i] as number) - (a[i * n + k] as number) * (z[k] as number);
    z[i] = (z[i] as number) / (a[i * n + i] as number);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++)
      z[i] = (z[i] as number) - (a[k * n + i] as number) * (z[k] as number);
    z[i] = (z[i] as number) / (a[i * n + i] as number);
  }
  return z;
}

/** @file Linear equations. */

/** x of A x = b by Gaussian elimination with pivots by size; undefined where A is singular to working precision. */
export function solve(a: readonly Float64Array[], b: Float64Array): Float64Array | undefined {
  const n = b.length;
  const rows: Float64Array[] = a.map((row, i) => Float64Array.from([...row, b[i] as number]));
  const scale = Math.max(...a.flatMap((row) => Array.from(row, Math.abs)));
  if (!(scale > 0)) return undefined;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let r = column + 1; r < n; r++)
      if (Math.abs(at(rows, r, column)) > Math.abs(at(rows, pivot, column))) pivot = r;
    if (Math.abs(at(rows, pivot, column)) < scale * 1e-12) return undefined;
    const top = rows[pivot] as Float64Array;
    rows[pivot] = rows[column] as Float64Array;
    rows[column] = top;
    for (let r = column + 1; r < n; r++) {
      const row = rows[r] as Float64Array;
      const factor = (row[column] as number) / (top[column] as number);
      for (let c = column; c <= n; c++) row[c] = (row[c] as number) - factor * (top[c] as number);
    }
  }
  const x = new Float64Array(n);
  for (let r = n - 1; r >= 0; r--) {
    let sum = at(rows, r, n);
    for (let c = r + 1; c < n; c++) sum -= at(rows, r, c) * (x[c] as number);
    x[r] = sum / at(rows, r, r);
  }
  return x;
}

function at(rows: readonly Float64Array[], r: number, c: number): number {
  return (rows[r] as Float64Array)[c] as number;
}

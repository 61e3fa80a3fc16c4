/** @file Singular values of a matrix. */

/**
 * Singular values, descending, of a row-major matrix [rows, width]: Householder QR where it is tall, then one-sided
 * Jacobi rotations (Hestenes 1958), which keep small values accurate. O(rows width^2).
 */
export function singularValues(of: Float64Array, width: number): Float64Array {
  const scale = of.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (scale === 0) return new Float64Array(Math.min(width, of.length / width));
  const values = of.map((value) => value / scale); // squares must neither vanish nor overflow
  let columns: Float64Array[] = Array.from({ length: width }, (_, j) =>
    Float64Array.from(
      { length: values.length / width },
      (_of, i) => values[i * width + j] as number,
    ),
  );
  const rows = values.length / width;
  if (rows > width) columns = triangular(columns);
  else if (rows < width)
    columns = triangular(
      Array.from({ length: rows }, (_, i) => values.slice(i * width, (i + 1) * width)),
    );
  for (let sweep = 0; sweep < 60; sweep++) if (!rotate(columns)) break;
  return Float64Array.from(columns, (column) => scale * Math.sqrt(product(column, column, 0)))
    .sort()
    .reverse();
}

/** R of a QR decomposition, column by column, cut to its square. */
function triangular(columns: Float64Array[]): Float64Array[] {
  for (let k = 0; k < columns.length; k++) {
    const column = columns[k] as Float64Array;
    const norm = Math.sqrt(product(column, column, k));
    if (norm < 1e-150) continue; // nothing, at a scale of 1
    const v = column.slice();
    v.fill(0, 0, k);
    v[k] = (v[k] as number) + ((v[k] as number) < 0 ? -norm : norm);
    const scale = 2 / product(v, v, k);
    for (let j = k; j < columns.length; j++) {
      const other = columns[j] as Float64Array;
      const along = scale * product(v, other, k);
      for (let i = k; i < v.length; i++) other[i] = (other[i] as number) - along * (v[i] as number);
    }
  }
  return columns.map((column, k) => column.slice(0, columns.length).fill(0, k + 1));
}

/** One sweep of rotations; true if a pair of columns was not orthogonal yet. */
function rotate(columns: readonly Float64Array[]): boolean {
  let rotated = false;
  for (let p = 0; p < columns.length; p++) {
    for (let q = p + 1; q < columns.length; q++) {
      const [x, y] = [columns[p] as Float64Array, columns[q] as Float64Array];
      const [xx, yy, xy] = [product(x, x, 0), product(y, y, 0), product(x, y, 0)];
      if (Math.abs(xy) <= 1e-15 * Math.sqrt(xx) * Math.sqrt(yy)) continue;
      rotated = true;
      const zeta = (yy - xx) / (2 * xy);
      const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
      const c = 1 / Math.sqrt(1 + t * t);
      for (let i = 0; i < x.length; i++) {
        const [a, b] = [x[i] as number, y[i] as number];
        x[i] = c * (a - t * b);
        y[i] = c * (b + t * a);
      }
    }
  }
  return rotated;
}

function product(a: Float64Array, b: Float64Array, from: number): number {
  let sum = 0;
  for (let i = from; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** @file Similarity of two representations of the same rows. */
import type { MetricValue } from '@dualbeat/core';
import { rowMismatch } from '../errors.ts';
import { undefinedBecause } from '../values.ts';
import { centred, refuseEmbeddings, rowsOf } from './embeddings.ts';
import type { Embeddings } from './embeddings.ts';

/**
 * Linear centred kernel alignment (Kornblith et al. 2019): 1 where one is a rotation and scaling of the other, widths
 * may differ. Undefined where one does not vary. O(rows width^2).
 * Errors: E_EVALUATION_ROWS, E_EVALUATION_EMBEDDINGS.
 */
export function linearCka(a: Embeddings, b: Embeddings): MetricValue {
  const refusal = refuseEmbeddings('CKA', a, 2) ?? refuseEmbeddings('CKA', b, 2);
  if (refusal) return refusal;
  const [rows, others] = [rowsOf('CKA', a), rowsOf('CKA', b)];
  if (rows !== others) throw rowMismatch('CKA', rows, others);
  if (!varies(a) || !varies(b)) return undefinedBecause('the embeddings do not vary');
  const [x, y] = [centred(a), centred(b)];
  const cross = squaredCross(x, a.width, y, b.width);
  const own = Math.sqrt(squaredCross(x, a.width, x, a.width));
  const other = Math.sqrt(squaredCross(y, b.width, y, b.width));
  return Math.min(1, cross / own / other);
}

/** Squared Frobenius norm of x' y. */
function squaredCross(x: Float64Array, p: number, y: Float64Array, q: number): number {
  const product = new Float64Array(p * q);
  for (let row = 0; row * p < x.length; row++) {
    for (let i = 0; i < p; i++) {
      const value = x[row * p + i] as number;
      for (let j = 0; j < q; j++)
        product[i * q + j] = (product[i * q + j] as number) + value * (y[row * q + j] as number);
    }
  }
  return product.reduce((sum, value) => sum + value * value, 0);
}

function varies({ values, width }: Embeddings): boolean {
  for (let i = width; i < values.length; i++) if (values[i] !== values[i - width]) return true;
  return false;
}

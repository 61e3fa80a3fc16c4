/** @file Retrieval judged by the phenotype of what is found. */
import type { MetricValue } from '@dualbeat/core';
import { rowMismatch, widthMismatch } from '../errors.ts';
import { dot, normalised, refuseEmbeddings, rowsOf } from '../representation/embeddings.ts';
import type { Embeddings } from '../representation/embeddings.ts';
import { isDefined, undefinedBecause } from '../values.ts';
import type { Values } from '../values.ts';

/**
 * Mean absolute difference of a phenotype between every row of `a` and the `k` rows of `b` most similar to it (cosine),
 * its own partner left out, over the same mean for all other rows: 1 is chance, 0 is perfect. Of equal similarities, the
 * earlier row. Undefined where the phenotype does not vary or there are no more than k others.
 * Errors: E_EVALUATION_ROWS, E_EVALUATION_EMBEDDINGS.
 */
export function phenotypeDistance(
  a: Embeddings,
  b: Embeddings,
  phenotype: Values,
  k: number,
): MetricValue {
  const metric = 'retrieval by phenotype';
  const refusal = refuseEmbeddings(metric, a, k + 1) ?? refuseEmbeddings(metric, b, k + 1);
  if (refusal) return refusal;
  const rows = rowsOf(metric, a);
  if (rows !== rowsOf(metric, b)) throw rowMismatch(metric, rows, rowsOf(metric, b));
  if (rows !== phenotype.length) throw rowMismatch(metric, rows, phenotype.length);
  if (a.width !== b.width) throw widthMismatch(metric, a.width, b.width);
  const [x, y] = [normalised(a), normalised(b)];
  if (!isDefined(x)) return x;
  if (!isDefined(y)) return y;
  let found = 0;
  let chance = 0;
  for (let i = 0; i < rows; i++) {
    const own = phenotype[i] as number;
    if (!Number.isFinite(own)) return undefinedBecause('a phenotype is not finite');
    const others = Array.from({ length: rows }, (_, j) => j).filter((j) => j !== i);
    const similar = Float64Array.from({ length: rows }, (_, j) => dot(x, i, y, j, a.width));
    const distance = (j: number) => Math.abs(own - (phenotype[j] as number));
    chance += others.reduce((sum, j) => sum + distance(j), 0) / others.length;
    others.sort((p, q) => (similar[q] as number) - (similar[p] as number));
    found += others.slice(0, k).reduce((sum, j) => sum + distance(j), 0) / k;
  }
  return chance === 0 ? undefinedBecause('the phenotype does not vary') : found / chance;
}

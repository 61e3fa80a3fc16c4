/** @file Uniformity of embeddings on the unit sphere. */
import type { MetricValue } from '@dualbeat/core';
import { isDefined } from '../values.ts';
import { dot, normalised, refuseEmbeddings, rowsOf } from './embeddings.ts';
import type { Embeddings } from './embeddings.ts';

/**
 * ln of the mean over all pairs of distinct rows of exp(-t |x - y|^2), rows brought to length 1 (Wang and Isola 2020,
 * t = 2). 0 where all rows coincide, lower where they spread. O(rows^2). Undefined below two rows or where a row is
 * zero. Errors: E_EVALUATION_EMBEDDINGS.
 */
export function uniformity(embeddings: Embeddings, t: number): MetricValue {
  const refusal = refuseEmbeddings('uniformity', embeddings, 2);
  if (refusal) return refusal;
  const x = normalised(embeddings);
  if (!isDefined(x)) return x;
  const rows = rowsOf('uniformity', embeddings);
  let sum = 0;
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < i; j++)
      sum += Math.exp(-t * Math.max(0, 2 - 2 * dot(x, i, x, j, embeddings.width)));
  return Math.log(sum / ((rows * (rows - 1)) / 2));
}

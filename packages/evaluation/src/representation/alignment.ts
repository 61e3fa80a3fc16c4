/** @file Alignment of pairs on the unit sphere. */
import type { MetricValue } from '@dualbeat/core';
import { checkLengths, isDefined } from '../values.ts';
import { dot, normalised, refuseEmbeddings, rowsOf } from './embeddings.ts';
import type { Embeddings } from './embeddings.ts';

/**
 * Mean over pairs of |x - y|^alpha, rows brought to length 1 (Wang and Isola 2020, alpha = 2). 0 where all pairs
 * coincide. Undefined where a row is zero. Errors: E_EVALUATION_LENGTH, E_EVALUATION_EMBEDDINGS.
 */
export function alignment(a: Embeddings, b: Embeddings, alpha: number): MetricValue {
  const refusal = refuseEmbeddings('alignment', a, 1) ?? refuseEmbeddings('alignment', b, 1);
  if (refusal) return refusal;
  checkLengths('alignment', a.values, b.values);
  const [x, y] = [normalised(a), normalised(b)];
  if (!isDefined(x)) return x;
  if (!isDefined(y)) return y;
  const rows = rowsOf('alignment', a);
  const difference = x.map((value, i) => value - (y[i] as number));
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += dot(difference, i, difference, i, a.width) ** (alpha / 2);
  return sum / rows;
}

/** @file Effective rank of embeddings. */
import type { MetricValue } from '@dualbeat/core';
import { singularValues } from '../math/singular-values.ts';
import { undefinedBecause } from '../values.ts';
import { centred, refuseEmbeddings } from './embeddings.ts';
import type { Embeddings } from './embeddings.ts';

/**
 * exp of the entropy of the singular values over their sum, columns centred (Roy and Vetterli 2007): 1 where one
 * direction holds everything, the width where all hold the same. Undefined where the rows do not differ.
 * Errors: E_EVALUATION_EMBEDDINGS.
 */
export function effectiveRank(embeddings: Embeddings): MetricValue {
  const refusal = refuseEmbeddings('effective rank', embeddings, 2);
  if (refusal) return refusal;
  const { values, width } = embeddings;
  let same = true;
  for (let i = width; i < values.length && same; i++) same = values[i] === values[i - width];
  if (same) return undefinedBecause('the embeddings do not vary');
  const singular = singularValues(centred(embeddings), width);
  const sum = singular.reduce((a, b) => a + b, 0);
  let entropy = 0;
  for (const value of singular) if (value > 0) entropy -= (value / sum) * Math.log(value / sum);
  return Math.exp(entropy);
}

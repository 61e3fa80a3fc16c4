/** @file Prediction by the nearest neighbours in a representation. */
import { rowMismatch, widthMismatch } from '../errors.ts';
import { isDefined, undefinedBecause } from '../values.ts';
import type { Undefined, Values } from '../values.ts';
import { normalised, refuseEmbeddings, rowsOf } from './embeddings.ts';
import type { Embeddings } from './embeddings.ts';

/**
 * Mean target of the `k` nearest training rows of every query row: for labels 0 and 1, the predicted probability. The
 * result goes to `r2`, `auroc` and the like. `cosine` brings rows to length 1 first. Of equal distances, the earlier
 * training row. Undefined where there are fewer than k training rows.
 * Errors: E_EVALUATION_ROWS, E_EVALUATION_EMBEDDINGS.
 */
export function knnPredict(
  training: { readonly embeddings: Embeddings; readonly targets: Values },
  queries: Embeddings,
  how: { readonly k: number; readonly distance: 'euclidean' | 'cosine' },
): Float64Array | Undefined {
  const { embeddings, targets } = training;
  const refusal =
    refuseEmbeddings('kNN', embeddings, Math.max(1, how.k)) ?? refuseEmbeddings('kNN', queries, 1);
  if (refusal) return refusal;
  if (!(Number.isInteger(how.k) && how.k > 0)) return undefinedBecause('k is not a whole number');
  if (embeddings.width !== queries.width)
    throw widthMismatch('kNN', embeddings.width, queries.width);
  const rows = rowsOf('kNN', embeddings);
  if (rows !== targets.length) throw rowMismatch('kNN', rows, targets.length);
  const cosine = how.distance === 'cosine';
  const known = cosine ? normalised(embeddings) : embeddings.values;
  const asked = cosine ? normalised(queries) : queries.values;
  if (!isDefined(known)) return known;
  if (!isDefined(asked)) return asked;
  const width = queries.width;
  return Float64Array.from({ length: asked.length / width }, (_, q) => {
    const near = nearest(known, asked, q, width, how.k);
    return near.reduce((sum, row) => sum + (targets[row] as number), 0) / how.k;
  });
}

/** The k nearest rows, nearest first. */
function nearest(known: Values, asked: Values, q: number, width: number, k: number): number[] {
  const found: number[] = [];
  const distances: number[] = [];
  for (let row = 0; row * width < known.length; row++) {
    let distance = 0;
    for (let j = 0; j < width; j++)
      distance += ((known[row * width + j] as number) - (asked[q * width + j] as number)) ** 2;
    if (found.length === k && distance >= (distances[k - 1] as number)) continue;
    let at = Math.min(found.length, k - 1);
    for (; at > 0 && (distances[at - 1] as number) > distance; at--) {
      found[at] = found[at - 1] as number;
      distances[at] = distances[at - 1] as number;
    }
    found[at] = row;
    distances[at] = distance;
  }
  return found;
}

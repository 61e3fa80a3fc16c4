/** @file Ranks of the true partners in retrieval between two views. */
import { rowMismatch, widthMismatch } from '../errors.ts';
import { dot, normalised, refuseEmbeddings, rowsOf } from '../representation/embeddings.ts';
import type { Embeddings } from '../representation/embeddings.ts';
import { isDefined } from '../values.ts';
import type { Undefined } from '../values.ts';

/** Rank, from 1, of each row's partner: `forward` among all rows of b for each row of a, `backward` the other way. */
export type PairRanks = { readonly forward: Float64Array; readonly backward: Float64Array };

/**
 * `pessimistic`: the partner ranks behind everything as similar as itself, so that a collapsed representation finds
 * nothing. `averaged`: the mean of the ranks that the tie takes.
 */
export type Ties = 'pessimistic' | 'averaged';

/**
 * Row i of `a` and row i of `b` are partners; similarity is the cosine. O(rows^2 width), one pass, without the matrix.
 * Errors: E_EVALUATION_ROWS, E_EVALUATION_EMBEDDINGS.
 */
export function pairRanks(a: Embeddings, b: Embeddings, ties: Ties): PairRanks | Undefined {
  const refusal = refuseEmbeddings('retrieval', a, 1) ?? refuseEmbeddings('retrieval', b, 1);
  if (refusal) return refusal;
  const rows = rowsOf('retrieval', a);
  if (rows !== rowsOf('retrieval', b)) throw rowMismatch('retrieval', rows, rowsOf('retrieval', b));
  if (a.width !== b.width) throw widthMismatch('retrieval', a.width, b.width);
  const [x, y] = [normalised(a), normalised(b)];
  if (!isDefined(x)) return x;
  if (!isDefined(y)) return y;
  return ranksOfSimilarity(rows, (i, j) => dot(x, i, y, j, a.width), ties);
}

/** Ranks from any similarity of row i and row j, partners at i = j. Each pair is asked for at most twice. */
export function ranksOfSimilarity(
  rows: number,
  similarity: (i: number, j: number) => number,
  ties: Ties,
): PairRanks {
  const own = Float64Array.from({ length: rows }, (_, i) => similarity(i, i));
  const forward = new Float64Array(rows).fill(1);
  const backward = new Float64Array(rows).fill(1);
  const tie = ties === 'pessimistic' ? 1 : 0.5;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++) {
      if (i === j) continue;
      const s = similarity(i, j);
      const [row, column] = [own[i] as number, own[j] as number];
      if (s >= row) forward[i] = (forward[i] as number) + (s > row ? 1 : tie);
      if (s >= column) backward[j] = (backward[j] as number) + (s > column ? 1 : tie);
    }
  }
  return { forward, backward };
}

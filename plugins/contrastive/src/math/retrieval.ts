/** @file What the similarities of a batch say: retrieval both ways, chance, means. No gradient. */
import type { Named, Ops, Tensor } from '@dualbeat/core';
import { meanPresent } from '@dualbeat/nn';
import { diagonal } from './similarity.ts';

/**
 * Probability that row i finds its partner among its first k candidates, mean over the rows that are there; ties are
 * broken at random, so that a collapsed space gives chance and not 1. similarity [N, N], candidate bool [N, N].
 */
function topK(
  tf: Ops,
  similarity: Tensor,
  candidate: Tensor,
  present: Tensor,
  ks: readonly number[],
): readonly Tensor[] {
  const [rows] = similarity.shape as [number];
  const self = diagonal(tf, rows);
  const own = tf.sum(tf.mul(similarity, tf.cast(self, 'float32')), 1, true);
  const others = tf.cast(tf.logicalAnd(candidate, tf.logicalNot(self)), 'float32');
  const count = (where: Tensor): Tensor => tf.sum(tf.mul(tf.cast(where, 'float32'), others), 1);
  const better = count(tf.greater(similarity, own));
  const ties = count(tf.equal(similarity, own));
  return ks.map((k) => {
    const chance = tf.div(tf.sub(k, better), tf.add(ties, 1));
    return meanPresent(tf, tf.minimum(tf.maximum(chance, 0), 1), present);
  });
}

/**
 * By metric name, for the pair a-b: `chance` (the loss of a model that knows nothing: mean log of the candidates, ln N),
 * `top1` and `top5` from a to b, `top1-back` and `top5-back` from b to a, and the mean cosines `similarity-positive`,
 * `similarity-negative` and `similarity-hardest` (the closest negative of each row).
 */
export function pairStatistics(tf: Ops, given: Tensor, candidate: Tensor, present: Tensor): Named {
  const similarity = tf.stopGradient(given);
  const [rows] = similarity.shape as [number];
  const self = diagonal(tf, rows);
  const negative = tf.logicalAnd(candidate, tf.logicalNot(self));
  const candidates = tf.sum(tf.cast(candidate, 'float32'), 1);
  const [top1, top5] = topK(tf, similarity, candidate, present, [1, 5]) as [Tensor, Tensor];
  const [top1Back, top5Back] = topK(
    tf,
    tf.transpose(similarity),
    tf.transpose(candidate),
    present,
    [1, 5],
  ) as [Tensor, Tensor];
  const hardest = tf.max(tf.where(negative, similarity, tf.fill([rows, rows], -1)), 1);
  return {
    chance: meanPresent(tf, tf.log(tf.maximum(candidates, 1)), present),
    top1,
    top5,
    'top1-back': top1Back,
    'top5-back': top5Back,
    'similarity-positive': meanPresent(tf, similarity, tf.logicalAnd(candidate, self)),
    'similarity-negative': meanPresent(tf, similarity, negative),
    'similarity-hardest': meanPresent(tf, hardest, present),
  };
}

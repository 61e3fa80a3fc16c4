/** @file Cosine similarity, and who may be compared with whom. Rows [N, D]; matrices [N, N], a's rows by b's. */
import type { Ops, Tensor } from '@dualbeat/core';

/** Lengths below this count as this: a zero row stays zero and its gradient finite. */
const shortest = 1e-6;

/** Rows of length 1 along the last axis. */
export function unitRows(tf: Ops, x: Tensor): Tensor {
  const squares = tf.sum(tf.square(x), -1, true);
  return tf.mul(x, tf.rsqrt(tf.maximum(squares, shortest ** 2)));
}

/** cos(a_i, b_j): a [N, D], b [M, D] -> [N, M]. */
export function cosines(tf: Ops, a: Tensor, b: Tensor): Tensor {
  return tf.matMul(unitRows(tf, a), unitRows(tf, b), false, true);
}

/** bool [N, N]: i = j. */
export function diagonal(tf: Ops, rows: number): Tensor {
  return equalRows(tf, tf.range(0, rows, 1, 'float32'));
}

/** bool [N, N]: x_i = x_j. x [N]. */
export function equalRows(tf: Ops, x: Tensor): Tensor {
  const [rows] = x.shape as [number];
  return tf.equal(tf.reshape(x, [rows, 1]), tf.reshape(x, [1, rows]));
}

/** bool [N, N]: both i and j are there. present bool [N]. */
export function bothThere(tf: Ops, present: Tensor): Tensor {
  const [rows] = present.shape as [number];
  return tf.logicalAnd(tf.reshape(present, [rows, 1]), tf.reshape(present, [1, rows]));
}

/** @file Means and products over the rows that are there. */
import type { Ops, Tensor } from '@dualbeat/core';

export type Moments = {
  /** x less its mean; 0 where absent. [N, D] */
  readonly centred: Tensor;
  /** Rows that are there, at least 1. */
  readonly count: Tensor;
  /** Sum of squares of `centred` by column, [D]. */
  readonly squares: Tensor;
};

/** x [N, D], present bool [N]. */
export function momentsOf(tf: Ops, x: Tensor, present: Tensor): Moments {
  const rows = x.shape[0] as number;
  const weights = tf.reshape(tf.cast(present, 'float32'), [rows, 1]);
  const count = tf.maximum(tf.sum(weights), 1);
  const mean = tf.div(tf.sum(tf.mul(x, weights), 0, true), count);
  const centred = tf.mul(tf.sub(x, mean), weights);
  return { centred, count, squares: tf.sum(tf.square(centred), 0) };
}

/** x^T y / divisor: [N, D] and [N, E] -> [D, E]. */
export function crossProduct(tf: Ops, x: Tensor, y: Tensor, divisor: Tensor): Tensor {
  return tf.div(tf.matMul(x, y, true, false), divisor);
}

/** Count less one, at least 1: for unbiased moments. */
export function lessOne(tf: Ops, count: Tensor): Tensor {
  return tf.maximum(tf.sub(count, 1), 1);
}

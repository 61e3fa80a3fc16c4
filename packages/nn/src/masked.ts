/** @file What is present: broadcasting and means over it. */
import type { Ops, Tensor } from '@dualbeat/core';

/** `present` (bool over the leading axes) broadcast to the whole shape. */
export function presentLike(tf: Ops, present: Tensor, shape: readonly number[]): Tensor {
  const missing = shape.length - present.rank;
  const wide =
    missing === 0
      ? present
      : tf.reshape(present, [...present.shape, ...Array<number>(missing).fill(1)]);
  return wide.shape.every((size, i) => size === shape[i]) ? wide : tf.broadcastTo(wide, [...shape]);
}

/** Mean of x where `where` (bool over its leading axes) holds; 0, without a gradient, where it holds nowhere. */
export function meanPresent(tf: Ops, x: Tensor, where: Tensor): Tensor {
  const weights = tf.cast(presentLike(tf, where, x.shape), 'float32');
  return tf.div(tf.sum(tf.mul(x, weights)), tf.maximum(tf.sum(weights), 1));
}

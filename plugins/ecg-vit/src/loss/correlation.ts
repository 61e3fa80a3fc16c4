/** @file Normalised cross-correlation at lag zero. */
import type { Ops, Tensor } from '@dualbeat/core';

/** Added to each variance, so that a flat lead gives 0 and no division by zero. */
const varianceEpsilon = 1e-12;

/** Pearson correlation over the last axis with unbiased variances: x, y [..., T] -> [...]. */
export function correlation(tf: Ops, x: Tensor, y: Tensor): Tensor {
  const degrees = (x.shape.at(-1) as number) - 1;
  const centre = (z: Tensor): Tensor => tf.sub(z, tf.mean(z, -1, true));
  const over = (z: Tensor): Tensor => tf.div(tf.sum(z, -1), degrees);
  const [cx, cy] = [centre(x), centre(y)];
  const spread = (z: Tensor): Tensor => tf.add(over(tf.square(z)), varianceEpsilon);
  return tf.mul(over(tf.mul(cx, cy)), tf.rsqrt(tf.mul(spread(cx), spread(cy))));
}

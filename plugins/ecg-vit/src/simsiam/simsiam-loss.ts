/** @file The SimSiam term between two passes over the same rows. */
import type { Named, Ops, Tensor } from '@dualbeat/core';
import { at } from '@dualbeat/core';
import { meanWhere } from '../loss/patch-statistics.ts';

const normEpsilon = 1e-8;

/** Cosine similarity of the rows of x and y [B, D] -> [B]. */
export function cosine(tf: Ops, x: Tensor, y: Tensor): Tensor {
  // The bound stands within the root: that of a zero row (every unit at rest) has an infinite slope, and its gradient would be NaN.
  const length = (z: Tensor): Tensor =>
    tf.sqrt(tf.maximum(tf.sum(tf.square(z), 1), normEpsilon ** 2));
  return tf.div(tf.sum(tf.mul(x, y), 1), tf.mul(length(x), length(y)));
}

/**
 * -(cos(p1, z2) + cos(p2, z1)) / 2, mean over the present rows, in [-1, 1]; no gradient through z.
 * `first`, `second`: `projection` z and `prediction` p of the head `simsiam`.
 */
export function simsiamLoss(tf: Ops, first: Named, second: Named, present: Tensor): Tensor {
  const towards = (from: Named, to: Named): Tensor =>
    cosine(tf, at(from, 'prediction'), tf.stopGradient(at(to, 'projection')));
  const both = tf.add(towards(first, second), towards(second, first));
  return tf.mul(meanWhere(tf, both, present), -0.5);
}

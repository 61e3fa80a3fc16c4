/** @file Dropout and drop-path: off in eval, driven by the context's random numbers. */
import type { Context, Tensor } from '@dualbeat/core';

/** Zeroes values with probability `rate` and scales the rest by 1 / (1 - rate). x [B, ...]. */
export function dropout(ctx: Context, x: Tensor, rate: number): Tensor {
  if (ctx.mode === 'eval' || rate === 0) return x;
  return ctx.tf.mul(x, kept(ctx, x.shape, rate));
}

/**
 * Drops the residual branch of whole samples (stochastic depth, Huang et al. 2016). x [B*N, D], rows of one sample
 * together.
 */
export function dropPath(ctx: Context, x: Tensor, batch: number, rate: number): Tensor {
  if (ctx.mode === 'eval' || rate === 0) return x;
  const { tf } = ctx;
  const perSample = tf.reshape(x, [batch, -1]);
  return tf.reshape(tf.mul(perSample, kept(ctx, [batch, 1], rate)), x.shape);
}

/** 1 / (1 - rate) with probability 1 - rate, else 0. */
function kept({ tf, rng }: Context, shape: readonly number[], rate: number): Tensor {
  const keep = tf.cast(tf.greaterEqual(rng.uniform(shape), rate), 'float32');
  return tf.mul(keep, 1 / (1 - rate));
}

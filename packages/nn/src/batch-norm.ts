/** @file Batch normalisation of features [B, D], over the rows that are present. */
import { at } from '@dualbeat/core';
import type { Context, Named, Tensor } from '@dualbeat/core';
import { ones, zeros } from './initialisers.ts';
import type { Specs, Vars } from './scope.ts';

export type BatchNormOptions = {
  readonly epsilon: number;
  /** Weight of the new batch in the running statistics. */
  readonly momentum: number;
};

/** Params `weight` and `bias` (none where not affine) and state `mean` and `variance`, all [width]. */
export function batchNormSpecs(
  width: number,
  { affine = true }: { readonly affine?: boolean } = {},
): { readonly params: Specs; readonly state: Specs } {
  const gain = { shape: [width], decay: false, init: ones([width]) };
  const zero = { shape: [width], decay: false, init: zeros([width]) };
  return {
    params: affine ? { weight: gain, bias: zero } : {},
    state: { mean: zero, variance: gain },
  };
}

/**
 * x [B, D] -> the same shape. Training: statistics of the present rows, and the changed running statistics in `state`
 * (the variance without bias). In eval, and where `weight` is frozen: the running statistics, unchanged.
 */
export function batchNorm(
  ctx: Context,
  vars: Vars,
  x: Tensor,
  { epsilon, momentum }: BatchNormOptions,
  present?: Tensor,
): { readonly outputs: Tensor; readonly state: Named } {
  const { tf } = ctx;
  const mean = at(vars.state, 'mean', 'state');
  const variance = at(vars.state, 'variance', 'state');
  const scale = (y: Tensor, spread: Tensor): Tensor => {
    const unit = tf.mul(y, tf.rsqrt(tf.add(spread, epsilon)));
    const { weight, bias } = vars.params;
    return weight === undefined || bias === undefined ? unit : tf.add(tf.mul(unit, weight), bias);
  };
  if (ctx.mode === 'eval' || ctx.frozen('weight')) {
    return { outputs: scale(tf.sub(x, mean), variance), state: {} };
  }
  const rows = x.shape[0] as number;
  const weights =
    present === undefined ? undefined : tf.reshape(tf.cast(present, 'float32'), [rows, 1]);
  const count = weights === undefined ? tf.scalar(rows) : tf.maximum(tf.sum(weights), 1);
  const average = (y: Tensor): Tensor =>
    tf.div(tf.sum(weights === undefined ? y : tf.mul(y, weights), 0), count);
  const batchMean = average(x);
  const centred = tf.sub(x, batchMean);
  const batchVariance = average(tf.square(centred));
  const unbiased = tf.mul(batchVariance, tf.div(count, tf.maximum(tf.sub(count, 1), 1)));
  const moved = (old: Tensor, now: Tensor): Tensor =>
    tf.add(tf.mul(old, 1 - momentum), tf.mul(tf.stopGradient(now), momentum));
  return {
    outputs: scale(centred, batchVariance),
    state: { mean: moved(mean, batchMean), variance: moved(variance, unbiased) },
  };
}

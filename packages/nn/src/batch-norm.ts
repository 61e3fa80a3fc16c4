/** @file Batch normalisation of features [B, ..., D], over the rows that are present. */
import { at } from '@dualbeat/core';
import type { Context, Named, Tensor } from '@dualbeat/core';
import { ones, zeros } from './initialisers.ts';
import { moments, normalise } from './moments.ts';
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
 * x [B, ..., D] -> the same shape. Training: statistics over all positions of the present rows, and the changed running
 * statistics in `state` (the variance without bias, as PyTorch has it). Absent rows count nowhere and become 0, so that what
 * stands in them cannot grow from layer to layer; where no row is present, the running statistics are used and stay. In eval,
 * and where `weight` is frozen: the running statistics, unchanged.
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
  const width = mean.shape[0] as number;
  const { weight, bias } = vars.params;
  if (ctx.mode === 'eval' || ctx.frozen('weight')) {
    const scale = tf.rsqrt(tf.add(variance, epsilon));
    const unit = (gain: Tensor): Tensor => tf.mul(tf.sub(x, mean), gain);
    const outputs =
      weight === undefined || bias === undefined
        ? unit(scale)
        : tf.add(unit(tf.mul(scale, weight)), bias);
    return { outputs, state: {} };
  }
  const rows = x.shape[0] as number;
  const positions = x.size / (rows * width); // of one row
  const here =
    present === undefined ? tf.ones([rows, 1]) : tf.reshape(tf.cast(present, 'float32'), [rows, 1]);
  const count = tf.mul(tf.sum(here), positions);
  const share = tf.div(here, tf.maximum(count, 1));
  const weights = tf.reshape(tf.add(tf.zeros([rows, positions]), share), [1, 1, rows * positions]);
  const flat = tf.reshape(x, [1, rows * positions, width]);
  const now = moments(tf, flat, weights, width);
  const any = tf.minimum(tf.sum(here), 1); // 1, or 0 where no row is present
  const or = (fresh: Tensor, old: Tensor): Tensor =>
    tf.add(tf.mul(fresh, any), tf.mul(old, tf.sub(1, any)));
  const used = { mean: or(now.mean, mean), variance: or(now.variance, variance) };
  const affine = { gain: weight ?? tf.ones([width]), offset: bias ?? tf.zeros([width]) };
  const normal = tf.reshape(normalise(tf, flat, { ...used, ...affine }, epsilon), x.shape);
  const mask = tf.reshape(here, [rows, ...x.shape.slice(1).map(() => 1)]);
  const outputs = present === undefined ? normal : tf.mul(normal, mask);
  const unbiased = tf.mul(now.variance, tf.div(count, tf.maximum(tf.sub(count, 1), 1)));
  const by = tf.mul(momentum, any);
  const moved = (old: Tensor, fresh: Tensor): Tensor =>
    tf.add(tf.mul(old, tf.sub(1, by)), tf.mul(tf.stopGradient(tf.reshape(fresh, [width])), by));
  return { outputs, state: { mean: moved(mean, now.mean), variance: moved(variance, unbiased) } };
}

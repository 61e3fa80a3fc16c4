/** @file Which tokens are hidden: counts, noise and the shuffle rule. */
import type { Ops, Rng, Tensor } from '@dualbeat/core';
import { maskExtent } from '../errors.ts';

/** `random` tokens, whole `lead`s, whole `time` columns, or one `block` of neighbouring leads and columns. */
export const maskings = ['random', 'lead', 'time', 'block'] as const;
export type Masking = (typeof maskings)[number];
export type MaskPlan = {
  readonly masking: Masking;
  readonly grid: readonly [number, number];
  /** Tokens kept, the same for every row. */
  readonly kept: number;
  /** Leads and columns of the hidden block. */
  readonly block: readonly [number, number];
};
/** `keep` int32 [B, kept]: token numbers in shuffled order; `restore` int32 [B, N]; `hidden` bool [B, N]. */
export type Mask = { readonly keep: Tensor; readonly restore: Tensor; readonly hidden: Tensor };

/** int(L * (1 - ratio)) in double precision: 119 of 600 at .8, as the reference computes it. */
export function keptCount(count: number, ratio: number): number {
  return Math.trunc(count * (1 - ratio));
}

/** What a mask of this kind keeps on this grid. Error: E_MASK_RATIO where nothing or everything would be kept. */
export function planMask(
  masking: Masking,
  ratio: number,
  grid: readonly [number, number],
): MaskPlan {
  const [rows, cols] = grid;
  const high = Math.max(1, Math.round(rows * Math.sqrt(ratio)));
  const block: [number, number] = [high, Math.min(cols, Math.round((ratio * rows * cols) / high))];
  const kept = {
    random: () => keptCount(rows * cols, ratio),
    lead: () => keptCount(rows, ratio) * cols,
    time: () => keptCount(cols, ratio) * rows,
    block: () => rows * cols - block[0] * block[1],
  }[masking]();
  if (kept < 1 || kept >= rows * cols) throw maskExtent(masking, ratio, grid, kept);
  return { masking, grid, kept, block };
}

/**
 * The shuffle rule: ascending argsort of the noise [B, N], ties by token number; the smallest `kept` stay.
 * A pure function of the noise.
 */
export function maskFromNoise(tf: Ops, noise: Tensor, kept: number): Mask {
  const batch = noise.shape[0] as number;
  const shuffle = tf.argsort(noise);
  const restore = tf.argsort(tf.cast(shuffle, 'float32'));
  return {
    keep: tf.slice(shuffle, [0, 0], [batch, kept]),
    restore,
    hidden: tf.greaterEqual(restore, tf.scalar(kept, 'int32')),
  };
}

/** A mask for `batch` rows by the plan; row i depends on the row's own random numbers alone. */
export function drawMask(tf: Ops, rng: Rng, plan: MaskPlan, batch: number): Mask {
  return maskFromNoise(tf, noiseOf(tf, rng, plan, batch), plan.kept);
}

/** Noise [B, N] whose order gives the mask; tokens hidden together share a value. */
function noiseOf(tf: Ops, rng: Rng, { masking, grid, block }: MaskPlan, batch: number): Tensor {
  const [rows, cols] = grid;
  const spread = (noise: Tensor): Tensor =>
    tf.reshape(tf.broadcastTo(noise, [batch, rows, cols]), [batch, rows * cols]);
  switch (masking) {
    case 'random':
      return rng.uniform([batch, rows * cols]);
    case 'lead':
      return spread(rng.uniform([batch, rows, 1]));
    case 'time':
      return spread(rng.uniform([batch, 1, cols]));
    case 'block': {
      const [u, v] = tf.split(rng.uniform([batch, 2]), 2, 1) as [Tensor, Tensor];
      const inRows = tf.reshape(inside(tf, u, rows, block[0]), [batch, rows, 1]);
      const inCols = tf.reshape(inside(tf, v, cols, block[1]), [batch, 1, cols]);
      return spread(tf.mul(inRows, inCols));
    }
  }
}

/** 1 where a run of `length` places, at a random start, covers the place, else 0. u [B, 1] -> [B, size]. */
function inside(tf: Ops, u: Tensor, size: number, length: number): Tensor {
  const start = tf.floor(tf.mul(u, size - length + 1));
  const places = tf.reshape(tf.range(0, size, 1, 'float32'), [1, size]);
  const offset = tf.sub(places, start);
  return tf.cast(tf.logicalAnd(tf.greaterEqual(offset, 0), tf.less(offset, length)), 'float32');
}

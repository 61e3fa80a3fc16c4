/** @file Cutting a view into patches and joining patches to a view. */
import type { ArraySpec, Ops, Tensor } from '@dualbeat/core';
import { patchTiling, viewRank } from './errors.ts';

/** Tokens are numbered lead-major: row (leads) * columns (time) + column. */
export type PatchGrid = {
  /** Patches along leads and along time. */
  readonly grid: readonly [number, number];
  /** Leads and samples of one patch. */
  readonly patch: readonly [number, number];
};

/** The grid of patches over a view [leads, samples]. Errors: E_VIT_VIEW, E_VIT_PATCH. */
export function patchGrid(input: ArraySpec, patch: readonly number[]): PatchGrid {
  if (input.shape.length !== 2) throw viewRank(input.shape);
  const [leads, samples] = input.shape as readonly [number, number];
  const [rows, cols] = patch as readonly [number, number];
  if (leads % rows !== 0) throw patchTiling(patch, input.shape, 'leads');
  if (samples % cols !== 0) throw patchTiling(patch, input.shape, 'samples');
  return { grid: [leads / rows, samples / cols], patch: [rows, cols] };
}

/** Patches along leads times patches along time: the number of tokens without prefix. */
export const tokenCount = ({ grid }: PatchGrid): number => grid[0] * grid[1];
/** Values of one patch. */
export const patchSize = ({ patch }: PatchGrid): number => patch[0] * patch[1];

/** x [B, leads, samples] -> [B, rows, columns, patch leads, patch samples]; one reshape where a patch has one lead. */
export function patchify(tf: Ops, x: Tensor, { grid, patch }: PatchGrid): Tensor {
  const batch = x.shape[0] as number;
  if (patch[0] === 1) return tf.reshape(x, [batch, ...grid, ...patch]);
  const cut = tf.reshape(x, [batch, grid[0], patch[0], grid[1], patch[1]]);
  return tf.transpose(cut, [0, 1, 3, 2, 4]);
}

/** The inverse of `patchify`. */
export function unpatchify(tf: Ops, patches: Tensor): Tensor {
  const [batch, rows, cols, leads, samples] = patches.shape as [
    number,
    number,
    number,
    number,
    number,
  ];
  const ordered = leads === 1 ? patches : tf.transpose(patches, [0, 1, 3, 2, 4]);
  return tf.reshape(ordered, [batch, rows * leads, cols * samples]);
}

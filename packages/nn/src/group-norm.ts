/** @file Group normalisation: each row by itself, so that micro-batches and absent rows change nothing. */
import { at } from '@dualbeat/core';
import type { Named, Ops, Tensor } from '@dualbeat/core';
import { groupWidth } from './errors.ts';
import { layerNormSpecs } from './layer-norm.ts';
import { moments, normalise } from './moments.ts';
import type { Specs } from './scope.ts';

/** `weight` and `bias`, both [width]. Error: E_GROUP_WIDTH. */
export function groupNormSpecs(width: number, groups: number): Specs {
  if (width % groups !== 0) throw groupWidth(width, groups);
  return layerNormSpecs(width);
}

/** x [B, ..., width] -> the same shape; statistics over all positions and the channels of a group, per row. */
export function groupNorm(
  tf: Ops,
  params: Named,
  x: Tensor,
  { groups, epsilon }: { readonly groups: number; readonly epsilon: number },
): Tensor {
  const width = x.shape.at(-1) as number;
  const rows = x.shape[0] as number;
  const positions = x.size / (rows * width);
  const flat = tf.reshape(x, [rows, positions, width]);
  const weights = tf.fill([rows, 1, positions], 1 / positions);
  const by = {
    ...moments(tf, flat, weights, groups),
    gain: at(params, 'weight', 'parameter'),
    offset: at(params, 'bias', 'parameter'),
  };
  return tf.reshape(normalise(tf, flat, by, epsilon), x.shape);
}

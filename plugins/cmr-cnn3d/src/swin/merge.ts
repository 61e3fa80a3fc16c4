/** @file Between the stages of a Swin transformer: two by two cells become one of twice the width. */
import type { Ops, Tensor } from '@dualbeat/core';
import { layerNorm, layerNormSpecs, linear, prefixed, scope } from '@dualbeat/nn';
import type { Axes3 } from '@dualbeat/nn';
import { stateless } from '../layer.ts';
import type { Layer } from '../layer.ts';
import { swinEpsilon, swinLinear } from './block.ts';

export const merged = ([slices, rows, columns]: Axes3): Axes3 => [
  slices,
  Math.ceil(rows / 2),
  Math.ceil(columns / 2),
];

/** x [B, S, H, W, C] -> [B, S, ceil(H / 2), ceil(W / 2), 2 C]; zeros where a side is odd. Slices stay. */
export function mergeCells(width: number): Layer {
  const params = {
    ...prefixed(layerNormSpecs(4 * width), 'norm'),
    ...prefixed(swinLinear(4 * width, 2 * width, { bias: false }), 'reduction'),
  };
  return stateless(params, (vars, x, { tf }) => {
    const [batch, ...size] = x.shape.slice(0, 4) as [number, number, number, number];
    const four = foursOf(tf, x);
    const norm = layerNorm(tf, scope(vars, 'norm'), tf.reshape(four, [-1, 4 * width]), swinEpsilon);
    return tf.reshape(linear(tf, scope(vars, 'reduction'), norm), [
      batch,
      ...merged(size),
      2 * width,
    ]);
  });
}

/** Columns of the result: cell (0, 0), (1, 0), (0, 1), (1, 1), row first. */
function foursOf(tf: Ops, x: Tensor): Tensor {
  const [batch, slices, height, width, channels] = x.shape as [
    number,
    number,
    number,
    number,
    number,
  ];
  const [, rows, columns] = merged([slices, height, width]);
  const even = height % 2 === 0 && width % 2 === 0;
  const full = even
    ? x
    : tf.pad(x, [
        [0, 0],
        [0, 0],
        [0, height % 2],
        [0, width % 2],
        [0, 0],
      ]);
  const lines = batch * slices * rows;
  const pairs = tf.reshape(full, [lines, 2, columns, 2 * channels]);
  const cell = (row: number, column: number): Tensor =>
    tf.slice(pairs, [0, row, 0, column * channels], [lines, 1, columns, channels]);
  return tf.concat([cell(0, 0), cell(1, 0), cell(0, 1), cell(1, 1)], 3);
}

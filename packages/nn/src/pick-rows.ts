/** @file Rows in another order, by a table that is known beforehand: the gradient is the way back, a gather too. */
import type { Ops, Tensor } from '@dualbeat/core';

/** `there[m]`: the row that goes to place m, or -1 for zeros; `back[n]`: the place of row n. Each row has one place. */
export type RowTable = { readonly there: Int32Array; readonly back: Int32Array };

/** x [B, N, D] -> [B, there.length, D]. */
export const pickRows = (tf: Ops, x: Tensor, { there, back }: RowTable): Tensor =>
  gatherBy(tf, x, there, back);

/** The inverse: y [B, there.length, D] -> [B, back.length, D]. */
export const returnRows = (tf: Ops, y: Tensor, { there, back }: RowTable): Tensor =>
  gatherBy(tf, y, back, there);

function gatherBy(tf: Ops, x: Tensor, index: Int32Array, inverse: Int32Array): Tensor {
  const op = tf.customGrad((...args) => {
    const [input] = args as unknown as [Tensor];
    return {
      value: gather(tf, input, index),
      gradFunc: (dy: Tensor) => gather(tf, dy, inverse),
    };
  });
  return op(x);
}

function gather(tf: Ops, x: Tensor, index: Int32Array): Tensor {
  const rows = x.shape[1] as number;
  if (!index.includes(-1)) return tf.gather(x, tf.tensor1d(index, 'int32'), 1);
  const padded = tf.pad(x, [
    [0, 0],
    [0, 1],
    [0, 0],
  ]);
  const filled = index.map((row) => (row === -1 ? rows : row));
  return tf.gather(padded, tf.tensor1d(filled, 'int32'), 1);
}

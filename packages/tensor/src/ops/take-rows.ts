/** @file Rows by index: x [B, N, D], index int32 [B, M] -> [B, M, D]. One flat gather, one flat segment sum backwards. */
import type { Tensor } from '@dualbeat/core';
import type { TfjsCore } from '../tfjs.ts';

export function makeTakeRows(tf: TfjsCore) {
  return (x: Tensor, index: Tensor): Tensor => {
    const [rows, count, width] = x.shape as [number, number, number];
    const taken = index.shape[1] as number;
    const start = tf.mul(
      tf.reshape(tf.range(0, rows, 1, 'int32'), [rows, 1]),
      tf.scalar(count, 'int32'),
    );
    const flat = tf.reshape(tf.add(index, start), [-1]) as import('@tensorflow/tfjs-core').Tensor1D;
    const op = tf.customGrad((...args) => {
      const [input, save] = args as unknown as [Tensor, (t: Tensor[]) => void];
      save([flat]);
      const values = tf.gather(tf.reshape(input, [rows * count, width]), flat);
      return {
        value: tf.reshape(values, [rows, taken, width]),
        gradFunc: (dy: Tensor, saved: Tensor[]) =>
          tf.reshape(
            tf.unsortedSegmentSum(
              tf.reshape(dy, [rows * taken, width]),
              saved[0] as typeof flat,
              rows * count,
            ),
            [rows, count, width],
          ),
      };
    });
    return op(x) as Tensor;
  };
}

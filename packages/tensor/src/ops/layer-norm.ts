/** @file Layer normalisation over the last axis with its own gradient; statistics are recomputed in the backward pass. */
import type { Tensor } from '@dualbeat/core';
import type { TfjsCore } from '../tfjs.ts';

export function makeLayerNorm(tf: TfjsCore) {
  const normalised = (x: Tensor, epsilon: number) => {
    const width = x.shape.at(-1) as number;
    const mean = tf.mul(tf.sum(x, -1, true), 1 / width);
    const centred = tf.sub(x, mean);
    const variance = tf.mul(tf.sum(tf.square(centred), -1, true), 1 / width);
    const inverse = tf.rsqrt(tf.add(variance, epsilon));
    return { hat: tf.mul(centred, inverse), inverse };
  };
  return (x: Tensor, scale: Tensor, offset: Tensor, epsilon: number): Tensor => {
    const op = tf.customGrad((...args) => {
      const [input, gain, shift, save] = args as unknown as [
        Tensor,
        Tensor,
        Tensor,
        (t: Tensor[]) => void,
      ];
      save([input, gain]);
      const { hat } = normalised(input, epsilon);
      return {
        value: tf.add(tf.mul(hat, gain), shift),
        gradFunc: (dy: Tensor, saved: Tensor[]) => {
          const [at, g] = saved as [Tensor, Tensor];
          const width = at.shape.at(-1) as number;
          const rows = at.shape.slice(0, -1).map((_, i) => i);
          const { hat: h, inverse } = normalised(at, epsilon);
          const dHat = tf.mul(dy, g);
          const meanOf = (t: Tensor) => tf.mul(tf.sum(t, -1, true), 1 / width);
          const projected = tf.add(meanOf(dHat), tf.mul(h, meanOf(tf.mul(dHat, h))));
          return [
            tf.mul(inverse, tf.sub(dHat, projected)),
            tf.sum(tf.mul(dy, h), rows),
            tf.sum(dy, rows),
          ];
        },
      };
    });
    return op(x, scale, offset) as Tensor;
  };
}

/** @file ReLU whose gradient needs its result alone. */
import type { Ops, Tensor } from '@dualbeat/core';

/** max(x, 0). The result is what the next layer keeps anyway; x can go. */
export function relu(tf: Ops, x: Tensor): Tensor {
  const op = tf.customGrad((...args) => {
    const [input, save] = args as unknown as [Tensor, (kept: Tensor[]) => void];
    const value = tf.relu(input);
    save([value]);
    return {
      value,
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        tf.mul(dy, tf.cast(tf.greater(saved[0] as Tensor, 0), 'float32')),
    };
  });
  return op(x);
}

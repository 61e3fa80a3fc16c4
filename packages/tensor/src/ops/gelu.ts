/** @file Exact GELU, x * Phi(x), with its own gradient Phi(x) + x phi(x): tfjs' composite would save every intermediate. */
import type { Tensor } from '@dualbeat/core';
import type { TfjsCore } from '../tfjs.ts';

const INV_SQRT2 = Math.SQRT1_2;
const INV_SQRT_2PI = 1 / Math.sqrt(2 * Math.PI);

export const makeGelu = (tf: TfjsCore) =>
  tf.customGrad((x, save) => {
    const input = x as Tensor;
    (save as (t: Tensor[]) => void)([input]);
    return {
      value: tf.mul(input, cdf(tf, input)),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const at = saved[0] as Tensor;
        const pdf = tf.mul(tf.exp(tf.mul(tf.square(at), -0.5)), INV_SQRT_2PI);
        return tf.mul(dy, tf.add(cdf(tf, at), tf.mul(at, pdf)));
      },
    };
  }) as (x: Tensor) => Tensor;

const cdf = (tf: TfjsCore, x: Tensor) => tf.mul(tf.add(tf.erf(tf.mul(x, INV_SQRT2)), 1), 0.5);

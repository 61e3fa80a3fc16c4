/**
 * @file Mean and variance over positions, and normalisation by them: the core of batch and group normalisation, with
 * gradients that recompute instead of keeping. Sums over positions are products with a row of weights: libraries spread
 * these over all cores, where a fused reduction of columns runs on one.
 */
import type { Ops, Tensor } from '@dualbeat/core';

type Save = (kept: Tensor[]) => void;

/** Averages groups of neighbouring channels and gives each channel its group's: t [N, 1, C] -> [N, 1, C]; symmetric. */
function spread(tf: Ops, t: Tensor, groups: number): Tensor {
  const [count, , width] = t.shape as [number, number, number];
  if (groups === width) return t;
  const grouped = tf.reshape(t, [count, groups, width / groups]);
  const mean = tf.mul(tf.sum(grouped, 2, true), groups / width);
  return tf.reshape(tf.add(tf.zerosLike(grouped), mean), [count, 1, width]);
}

/**
 * x [N, P, C], weights [N, 1, P] that add up to 1 (or are all 0) over P -> `mean` and `variance` (population), [N, 1, C]:
 * over P and, where groups < C, over each group of neighbouring channels.
 */
export function moments(
  tf: Ops,
  x: Tensor,
  weights: Tensor,
  groups: number,
): { readonly mean: Tensor; readonly variance: Tensor } {
  const meanOf = tf.customGrad((...args) => {
    const [input, w, save] = args as unknown as [Tensor, Tensor, Save];
    save([w]);
    return {
      value: spread(tf, tf.matMul(w, input), groups),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [by] = saved as [Tensor];
        return [tf.mul(column(tf, by), spread(tf, dy, groups)), tf.zerosLike(by)];
      },
    };
  });
  const mean = meanOf(x, weights);
  // The mean is where the variance is least, so nothing flows through it.
  const varianceOf = tf.customGrad((...args) => {
    const [input, w, centre, save] = args as unknown as [Tensor, Tensor, Tensor, Save];
    save([input, w, centre]);
    const squares = tf.square(tf.sub(input, centre));
    return {
      value: spread(tf, tf.matMul(w, squares), groups),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [from, by, middle] = saved as [Tensor, Tensor, Tensor];
        const slope = tf.mul(column(tf, by), tf.mul(2, spread(tf, dy, groups)));
        return [tf.mul(slope, tf.sub(from, middle)), tf.zerosLike(by), tf.zerosLike(middle)];
      },
    };
  });
  return { mean, variance: varianceOf(x, weights, mean) };
}

/** weights [N, 1, P] -> [N, P, 1]. */
const column = (tf: Ops, weights: Tensor): Tensor => {
  const [count, , positions] = weights.shape as [number, number, number];
  return tf.reshape(weights, [count, positions, 1]);
};

/**
 * (x - mean) / sqrt(variance + epsilon) * gain + offset; x [N, P, C], mean and variance [N, 1, C], gain and offset [C].
 * All five carry gradients.
 */
export function normalise(
  tf: Ops,
  x: Tensor,
  by: {
    readonly mean: Tensor;
    readonly variance: Tensor;
    readonly gain: Tensor;
    readonly offset: Tensor;
  },
  epsilon: number,
): Tensor {
  const op = tf.customGrad((...args) => {
    const [input, mean, variance, gain, offset, save] = args as unknown as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
      Tensor,
      Save,
    ];
    save([input, mean, variance, gain]);
    const inverse = tf.rsqrt(tf.add(variance, epsilon));
    const value = tf.add(tf.mul(tf.sub(input, mean), tf.mul(inverse, gain)), offset);
    return {
      value,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [from, middle, spreadOf, scale] = saved as [Tensor, Tensor, Tensor, Tensor];
        const [count, positions, width] = from.shape as [number, number, number];
        const inv = tf.rsqrt(tf.add(spreadOf, epsilon));
        const ones = tf.ones([count, 1, positions]);
        const total = tf.matMul(ones, dy); // [N, 1, C]
        const projected = tf.matMul(ones, tf.mul(dy, tf.sub(from, middle)));
        const factor = tf.mul(inv, scale);
        const perChannel = (t: Tensor): Tensor => tf.reshape(tf.sum(t, 0), [width]);
        return [
          tf.mul(dy, factor),
          tf.neg(tf.mul(total, factor)),
          tf.mul(tf.mul(projected, -0.5), tf.mul(factor, tf.square(inv))),
          perChannel(tf.mul(projected, inv)),
          perChannel(total),
        ];
      },
    };
  });
  return op(x, by.mean, by.variance, by.gain, by.offset);
}

/** @file A projector from the layers of a perceptron: vectors [B, D] or tokens [B, N, D]. */
import type { Projector } from '@dualbeat/core';
import { perceptron, perceptronSpecs, presentLike } from '@dualbeat/nn';
import type { PerceptronLayer } from '@dualbeat/nn';

/** Norms see the rows that are present, and of tokens each as a row of its own. */
export function makeProjector(width: number, layers: readonly PerceptronLayer[]): Projector {
  const out = layers.at(-1)?.out ?? width;
  return {
    ...perceptronSpecs(width, layers),
    width: out,
    apply(vars, { values, present }, ctx) {
      const { tf } = ctx;
      const leading = values.shape.slice(0, -1);
      const flat = leading.length === 1 ? values : tf.reshape(values, [-1, width]);
      const there = tf.reshape(presentLike(tf, present, leading), [-1]);
      const { outputs, state } = perceptron(ctx, vars, flat, layers, there);
      return {
        outputs: leading.length === 1 ? outputs : tf.reshape(outputs, [...leading, out]),
        state,
      };
    },
  };
}

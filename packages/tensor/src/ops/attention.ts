/** @file Scaled dot-product attention with its own gradient: only q, k, v and the weights are kept for the backward pass. */
import type { Tensor } from '@dualbeat/core';
import type { TfjsCore } from '../tfjs.ts';

export function makeAttention(tf: TfjsCore) {
  const softmax = (scores: Tensor, scale: number) => {
    const shifted = tf.mul(tf.sub(scores, tf.max(scores, -1, true)), scale);
    const e = tf.exp(shifted);
    return tf.div(e, tf.sum(e, -1, true));
  };
  return (q: Tensor, k: Tensor, v: Tensor, scale: number): { outputs: Tensor; weights: Tensor } => {
    let weights: Tensor | undefined;
    const op = tf.customGrad((...args) => {
      const [query, key, value, save] = args as unknown as [
        Tensor,
        Tensor,
        Tensor,
        (t: Tensor[]) => void,
      ];
      const w = softmax(tf.matMul(query, key, false, true), scale);
      weights = tf.keep(tf.clone(w));
      save([query, key, value, w]);
      return {
        value: tf.matMul(w, value),
        gradFunc: (dy: Tensor, saved: Tensor[]) => {
          const [sq, sk, sv, sw] = saved as [Tensor, Tensor, Tensor, Tensor];
          const dWeights = tf.matMul(dy, sv, false, true);
          const weighted = tf.mul(dWeights, sw);
          const dScores = tf.mul(tf.sub(weighted, tf.mul(sw, tf.sum(weighted, -1, true))), scale);
          return [
            tf.matMul(dScores, sk),
            tf.matMul(dScores, sq, true, false),
            tf.matMul(sw, dy, true, false),
          ];
        },
      };
    });
    const outputs = op(q, k, v) as Tensor;
    const kept = weights as Tensor;
    const tracked = tf.clone(kept); // tracked by the caller's scope, where `keep` would leak
    kept.dispose();
    return { outputs, weights: tracked };
  };
}

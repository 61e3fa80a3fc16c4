/**
 * @file Self-attention over packed q, k, v, with its own gradient: nothing but the input is kept for the backward pass, which computes the
 * weights again. Two kernels, so that a runtime can do better than the composition below (tf/attention-kernel.ts).
 */
import type { Tensor } from '@dualbeat/core';
import type { KernelConfig } from '@tensorflow/tfjs-core';
import type { TfjsCore } from '../tfjs.ts';

export type AttentionOptions = { readonly heads: number; readonly scale: number };
export const ATTENTION = 'Attention';
export const ATTENTION_GRAD = 'AttentionGrad';

export function makeAttention(tf: TfjsCore) {
  return (qkv: Tensor, of: AttentionOptions): Tensor => {
    const op = tf.customGrad((...args) => {
      const [input, save] = args as unknown as [Tensor, (t: Tensor[]) => void];
      save([input]);
      return {
        value: tf.engine().runKernel(ATTENTION, { qkv: input }, { ...of }) as Tensor,
        gradFunc: (dy: Tensor, saved: Tensor[]) =>
          tf
            .engine()
            .runKernel(ATTENTION_GRAD, { qkv: saved[0] as Tensor, dy }, { ...of }) as Tensor,
      };
    });
    return op(qkv) as Tensor;
  };
}

export const makeAttentionWeights =
  (tf: TfjsCore) =>
  (qkv: Tensor, of: AttentionOptions): Tensor => {
    const [q, k] = separate(tf, qkv, of.heads);
    return tf.softmax(tf.mul(tf.matMul(q, k, false, true), of.scale));
  };

/** q, k, v, each [B, heads, N, d]. */
function separate(tf: TfjsCore, qkv: Tensor, heads: number): [Tensor, Tensor, Tensor] {
  const [batch, tokens, width] = qkv.shape as [number, number, number];
  const split = tf.reshape(qkv, [batch, tokens, 3, heads, width / 3 / heads]);
  return tf.unstack(tf.transpose(split, [2, 0, 3, 1, 4]), 0) as [Tensor, Tensor, Tensor];
}

const join = (tf: TfjsCore, heads: Tensor) => {
  const [batch, count, tokens, each] = heads.shape as [number, number, number, number];
  return tf.reshape(tf.transpose(heads, [0, 2, 1, 3]), [batch, tokens, count * each]);
};

/** Attention by ordinary ops. */
export function composeAttention(tf: TfjsCore, qkv: Tensor, of: AttentionOptions): Tensor {
  const v = separate(tf, qkv, of.heads)[2];
  return join(tf, tf.matMul(makeAttentionWeights(tf)(qkv, of), v));
}

/** Its gradient with respect to qkv, by ordinary ops. */
export function composeAttentionGrad(
  tf: TfjsCore,
  qkv: Tensor,
  dy: Tensor,
  of: AttentionOptions,
): Tensor {
  const [batch, tokens, width] = qkv.shape as [number, number, number];
  const each = width / 3 / of.heads;
  const [q, k, v] = separate(tf, qkv, of.heads);
  const w = makeAttentionWeights(tf)(qkv, of);
  const dOut = tf.transpose(tf.reshape(dy, [batch, tokens, of.heads, each]), [0, 2, 1, 3]);
  const weighted = tf.mul(tf.matMul(dOut, v, false, true), w);
  const dScores = tf.mul(tf.sub(weighted, tf.mul(w, tf.sum(weighted, -1, true))), of.scale);
  const parts = [tf.matMul(dScores, k), tf.matMul(dScores, q, true), tf.matMul(w, dOut, true)];
  return tf.reshape(tf.transpose(tf.stack(parts, 0), [1, 3, 0, 2, 4]), [batch, tokens, width]);
}

/** The kernels by composition, for the backend `backendName`. */
export function composedAttentionKernels(tf: TfjsCore, backendName: string): KernelConfig[] {
  return [
    {
      kernelName: ATTENTION,
      backendName,
      kernelFunc: ({ inputs, attrs }) =>
        composeAttention(tf, inputs['qkv'] as Tensor, attrs as unknown as AttentionOptions),
    },
    {
      kernelName: ATTENTION_GRAD,
      backendName,
      kernelFunc: ({ inputs, attrs }) =>
        composeAttentionGrad(
          tf,
          inputs['qkv'] as Tensor,
          inputs['dy'] as Tensor,
          attrs as unknown as AttentionOptions,
        ),
    },
  ];
}

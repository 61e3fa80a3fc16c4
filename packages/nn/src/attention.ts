/** @file Multi-head self-attention. */
import type { Named, Ops, Tensor } from '@dualbeat/core';
import { headWidth } from './errors.ts';
import { linear, linearSpecs } from './linear.ts';
import { prefixed, scope } from './scope.ts';
import type { Specs } from './scope.ts';

/** `qkv` [width, 3 width]: columns q, then k, then v, each heads-major; `proj` [width, width]. */
export function attentionSpecs(width: number, heads: number): Specs {
  if (width % heads !== 0) throw headWidth(width, heads);
  return {
    ...prefixed(linearSpecs({ in: width, out: 3 * width }), 'qkv'),
    ...prefixed(linearSpecs({ in: width, out: width }), 'proj'),
  };
}

/**
 * x [B*N, D], rows of one sample together -> `outputs` [B*N, D] and `weights` [B, heads, N, N] (softmax over keys).
 * Scale: head width ^ -0.5.
 */
export function attention(
  tf: Ops,
  params: Named,
  x: Tensor,
  { batch, heads }: { readonly batch: number; readonly heads: number },
): { readonly outputs: Tensor; readonly weights: Tensor } {
  const [rows, width] = x.shape as [number, number];
  const tokens = rows / batch;
  const each = width / heads;
  const qkv = tf.reshape(linear(tf, scope(params, 'qkv'), x), [batch, tokens, 3, heads, each]);
  // One transposition for all three; taking q, k, v off the first axis is then free.
  const [q, k, v] = tf.unstack(tf.transpose(qkv, [2, 0, 3, 1, 4])) as [Tensor, Tensor, Tensor];
  const { outputs, weights } = tf.attention(q, k, v, each ** -0.5);
  const joined = tf.reshape(tf.transpose(outputs, [0, 2, 1, 3]), [rows, width]);
  return { outputs: linear(tf, scope(params, 'proj'), joined), weights };
}

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
 * x [B*N, D], rows of one sample together -> `outputs` [B*N, D]; `weights` [B, heads, N, N] (softmax over keys) where
 * they are wanted. Scale: head width ^ -0.5.
 */
export function attention(
  tf: Ops,
  params: Named,
  x: Tensor,
  of: { readonly batch: number; readonly heads: number; readonly weights?: boolean },
): { readonly outputs: Tensor; readonly weights?: Tensor } {
  const [rows, width] = x.shape as [number, number];
  const { batch, heads } = of;
  const qkv = tf.reshape(linear(tf, scope(params, 'qkv'), x), [batch, rows / batch, 3 * width]);
  const how = { heads, scale: (width / heads) ** -0.5 };
  const joined = tf.reshape(tf.attention(qkv, how), [rows, width]);
  const outputs = linear(tf, scope(params, 'proj'), joined);
  return of.weights === true ? { outputs, weights: tf.attentionWeights(qkv, how) } : { outputs };
}

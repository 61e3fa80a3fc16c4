/** @file The ops that the project adds to tfjs-core's; every runtime supplies them under `ctx.tf`. */
import type { Tensor } from '@tensorflow/tfjs-core';

export interface OwnOps {
  /** Exact GELU, x * Phi(x) with erf (not the tanh form). Any shape, float32. Golden: gelu(1) = .8413447461 (paper.md 5.6). */
  gelu(x: Tensor): Tensor;
  /** Layer normalisation over the last axis, population variance. x [..., D], scale [D], offset [D]. */
  layerNorm(x: Tensor, scale: Tensor, offset: Tensor, epsilon: number): Tensor;
  /**
   * Scaled dot-product self-attention, softmax over keys of q.k * scale. qkv [B, N, 3 * heads * d]: for each token q, then k, then v,
   * each heads-major; gives [B, N, heads * d]. The weights are never held for more than a few rows of the batch.
   */
  attention(qkv: Tensor, of: { readonly heads: number; readonly scale: number }): Tensor;
  /** The weights that `attention` uses: qkv [B, N, 3 * heads * d] -> [B, heads, N, N]. */
  attentionWeights(qkv: Tensor, of: { readonly heads: number; readonly scale: number }): Tensor;
  /** Stable ascending argsort along the last axis, ties by index. float32 [..., N] -> int32 [..., N]. */
  argsort(x: Tensor): Tensor;
  /** rows of x [B, N, D] picked by index int32 [B, M] -> [B, M, D]; differentiable in x. */
  takeRows(x: Tensor, index: Tensor): Tensor;
  /** Identity that stops the gradient. */
  stopGradient(x: Tensor): Tensor;
  /** Philox4x32-10 words; see packages/core/src/random. key int32 [2], step and firstRow int32 scalars -> int32 [rows, elements]. */
  philox(
    key: Tensor,
    step: Tensor,
    firstRow: Tensor,
    at: { readonly stream: number; readonly rows: number; readonly elements: number },
  ): Tensor;
  /** The same words as float32 uniforms in [0, 1): (word >>> 8) * 2^-24, equal to the bit on every runtime. [rows, elements] */
  philoxUniform(
    key: Tensor,
    step: Tensor,
    firstRow: Tensor,
    at: { readonly stream: number; readonly rows: number; readonly elements: number },
  ): Tensor;
}

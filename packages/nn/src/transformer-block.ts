/** @file The pre-norm transformer block and a stack of them. */
import type { Context, Named, Tensor } from '@dualbeat/core';
import { attention, attentionSpecs } from './attention.ts';
import { dropPath } from './drop.ts';
import { layerNorm, layerNormSpecs } from './layer-norm.ts';
import { mlp, mlpSpecs } from './mlp.ts';
import { prefixed, scope, within } from './scope.ts';
import type { Specs } from './scope.ts';

/** Epsilon of all layer norms of the paper's transformers. */
export const layerNormEpsilon = 1e-6;

export type BlockShape = {
  readonly width: number;
  readonly heads: number;
  /** Hidden width of the perceptron over the width. */
  readonly mlpRatio: number;
};

/** `norm1`, `attention/{qkv,proj}`, `norm2`, `mlp/{fc1,fc2}`: 12 D^2 + 13 D values at a ratio of 4. */
export function transformerBlockSpecs({ width, heads, mlpRatio }: BlockShape): Specs {
  return {
    ...prefixed(layerNormSpecs(width), 'norm1'),
    ...prefixed(attentionSpecs(width, heads), 'attention'),
    ...prefixed(layerNormSpecs(width), 'norm2'),
    ...prefixed(mlpSpecs(width, Math.round(width * mlpRatio)), 'mlp'),
  };
}

/**
 * x + attention(norm1(x)), then x + mlp(norm2(x)); x [B*N, D], rows of one sample together.
 * `weights`: attention [B, heads, N, N], where they are wanted.
 */
export function transformerBlock(
  ctx: Context,
  params: Named,
  x: Tensor,
  at: {
    readonly batch: number;
    readonly heads: number;
    readonly dropPath?: number;
    readonly weights?: boolean;
  },
): { readonly outputs: Tensor; readonly weights?: Tensor } {
  const { tf } = ctx;
  const rate = at.dropPath ?? 0;
  const norm1 = layerNorm(tf, scope(params, 'norm1'), x, layerNormEpsilon);
  const mixed = attention(tf, scope(params, 'attention'), norm1, at);
  const y = tf.add(x, dropPath(within(ctx, 'attention'), mixed.outputs, at.batch, rate));
  const norm2 = layerNorm(tf, scope(params, 'norm2'), y, layerNormEpsilon);
  const z = mlp(tf, scope(params, 'mlp'), norm2);
  return {
    outputs: tf.add(y, dropPath(within(ctx, 'mlp'), z, at.batch, rate)),
    ...(mixed.weights === undefined ? {} : { weights: mixed.weights }),
  };
}

/** `blocks/0` to `blocks/<depth - 1>`. */
export function transformerSpecs(shape: BlockShape & { readonly depth: number }): Specs {
  return Object.assign(
    {},
    ...Array.from({ length: shape.depth }, (_, i) =>
      prefixed(transformerBlockSpecs(shape), `blocks/${i}`),
    ),
  ) as Specs;
}

/**
 * All blocks in turn. x [B*N, D]. The drop-path rate grows linearly from 0 at the first block to `dropPath` at the
 * last. `weights`: one [B, heads, N, N] per block where they are wanted, else none.
 */
export function transformer(
  ctx: Context,
  params: Named,
  x: Tensor,
  at: {
    readonly batch: number;
    readonly heads: number;
    readonly depth: number;
    readonly dropPath?: number;
    readonly weights?: boolean;
  },
): { readonly outputs: Tensor; readonly weights: readonly Tensor[] } {
  const weights: Tensor[] = [];
  let outputs = x;
  for (let i = 0; i < at.depth; i++) {
    const name = `blocks/${i}`;
    const block = transformerBlock(within(ctx, name), scope(params, name), outputs, {
      batch: at.batch,
      heads: at.heads,
      weights: at.weights === true,
      dropPath: ((at.dropPath ?? 0) * i) / Math.max(1, at.depth - 1),
    });
    outputs = block.outputs;
    if (block.weights !== undefined) weights.push(block.weights);
  }
  return { outputs, weights };
}

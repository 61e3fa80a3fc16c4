/** @file The head `vit-decoder`: fills the hidden tokens in and predicts every patch. */
import { at, defineComponent } from '@dualbeat/core';
import type { ArraySpec, Head, Named, Ops, Tensor } from '@dualbeat/core';
import {
  layerNorm,
  layerNormEpsilon,
  layerNormSpecs,
  linear,
  linearSpecs,
  normal,
  prefixed,
  scope,
  sinCosPositions2d,
  transformer,
  transformerSpecs,
} from '@dualbeat/nn';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { tokenInput } from '../head-inputs.ts';
import { patchSize, tokenCount } from '../patches.ts';

export const vitDecoderOptions = Type.Object(
  {
    view: Type.Optional(
      Type.String({ description: 'The view to rebuild; not needed where one view has tokens.' }),
    ),
    width: Type.Integer({ minimum: 4, default: 256, description: 'Channels of a token.' }),
    depth: Type.Integer({ minimum: 1, default: 2, description: 'Transformer blocks.' }),
    heads: Type.Integer({ minimum: 1, default: 8, description: 'Attention heads.' }),
    mlpRatio: Type.Number({
      exclusiveMinimum: 0,
      default: 4,
      description: 'Hidden width of the perceptrons over the width.',
    }),
  },
  { additionalProperties: false },
);

/**
 * Inputs: `tokens` [B, prefix + M, D] of an encoder and `restore` int32 [B, N], the place of each token in the kept-first
 * order (see masking). Output: `reconstruction` [B, rows, columns, patch leads, patch samples].
 * Errors: E_HEAD_VIEW, E_ATTENTION_WIDTH, E_POSITION_WIDTH.
 */
export function createVitDecoder(
  options: Static<typeof vitDecoderOptions>,
  inputs: Named<ArraySpec>,
): Head {
  const input = tokenInput('vit-decoder', inputs, options.view);
  const { width, depth, heads, mlpRatio } = options;
  const { prefix } = input;
  const count = tokenCount(input);
  const table = sinCosPositions2d(input.grid, width, prefix);
  return {
    inputs: {
      tokens: { shape: [prefix + count, input.width], dtype: 'float32' },
      restore: { shape: [count], dtype: 'int32' },
    },
    outputs: { reconstruction: { shape: [...input.grid, ...input.patch], dtype: 'float32' } },
    params: {
      mask: { shape: [width], decay: true, init: normal([width], 0.02) },
      ...prefixed(linearSpecs({ in: input.width, out: width }), 'embed'),
      ...transformerSpecs({ width, heads, mlpRatio, depth }),
      ...prefixed(layerNormSpecs(width), 'norm'),
      ...prefixed(linearSpecs({ in: width, out: patchSize(input) }), 'pred'),
    },
    state: {},
    apply({ params }, named, ctx) {
      const { tf } = ctx;
      const tokens = at(named, 'tokens', 'input');
      const batch = tokens.shape[0] as number;
      const kept = linear(tf, scope(params, 'embed'), tokens);
      const all = fillIn(
        tf,
        kept,
        at(params, 'mask', 'parameter'),
        at(named, 'restore', 'input'),
        prefix,
      );
      const x = tf.add(all, tf.tensor(table, [prefix + count, width]));
      const { outputs } = transformer(
        ctx,
        params,
        tf.reshape(x, [batch * (prefix + count), width]),
        { batch, heads, depth },
      );
      const patches = tf.slice(
        tf.reshape(outputs, [batch, prefix + count, width]),
        [0, prefix, 0],
        [batch, count, width],
      );
      const flat = tf.reshape(patches, [batch * count, width]);
      const normed = layerNorm(tf, scope(params, 'norm'), flat, layerNormEpsilon);
      const reconstruction = tf.reshape(linear(tf, scope(params, 'pred'), normed), [
        batch,
        ...input.grid,
        ...input.patch,
      ]);
      return { outputs: { reconstruction }, state: {} };
    },
  };
}

/**
 * Every token in its place: kept [B, prefix + M, d], mask [d], restore int32 [B, N] -> [B, prefix + N, d]. One mask row
 * stands behind the kept ones, and every hidden place points at it.
 */
function fillIn(tf: Ops, kept: Tensor, mask: Tensor, restore: Tensor, prefix: number): Tensor {
  const [batch, length, width] = kept.shape as [number, number, number];
  // Broadcast by addition: the gradient is one sum, where that of a tile is one slice per sample.
  const rows = tf.concat([kept, tf.add(tf.zeros([batch, 1, width]), mask)], 1);
  const places = tf.minimum(
    tf.add(restore, tf.scalar(prefix, 'int32')),
    tf.scalar(length, 'int32'),
  );
  if (prefix === 0) return tf.takeRows(rows, places);
  const first = tf.tile(tf.reshape(tf.range(0, prefix, 1, 'int32'), [1, prefix]), [batch, 1]);
  return tf.takeRows(rows, tf.concat([first, places], 1));
}

export const vitDecoder = defineComponent({
  kind: 'head',
  id: 'vit-decoder',
  options: vitDecoderOptions,
  create: (options, { inputs }) => createVitDecoder(options, inputs),
});

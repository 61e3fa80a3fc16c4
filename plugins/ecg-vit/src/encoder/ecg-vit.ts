/** @file The encoder `ecg-vit`: a vision transformer over patches of leads x samples (paper, ECG branch). */
import { at, defineComponent } from '@dualbeat/core';
import type { ArraySpec, Encoded, Encoder, Ops, Tensor } from '@dualbeat/core';
import {
  layerNorm,
  layerNormEpsilon,
  linear,
  scope,
  sinCosPositions2d,
  transformer,
} from '@dualbeat/nn';
import { patchGrid, tokenCount } from '../patches.ts';
import { embed } from './embed.ts';
import { ecgVitOptions, sizeOf } from './options.ts';
import type { EcgVitOptions } from './options.ts';
import { ecgVitSpecs } from './params.ts';

/**
 * The transformer for a view [leads, samples]: any number of leads, any length that the patch divides.
 * `tokens` are those after the final norm, cls first. Errors: E_VIT_VIEW, E_VIT_PATCH, E_VIT_SIZE, E_ATTENTION_WIDTH,
 * E_POSITION_WIDTH.
 */
export function createEcgVit(options: EcgVitOptions, input: ArraySpec): Encoder {
  const size = sizeOf(options);
  const { width, depth, heads } = size;
  const grid = patchGrid(input, options.patch);
  const table = sinCosPositions2d(grid.grid, width, 1);
  const ownNorm = options.pooling === 'mean' && options.poolingNorm === 'own';
  return {
    input,
    width: options.classHead ?? width,
    pooling: options.pooling,
    attention: { layers: depth, heads },
    tokens: { ...grid, prefix: 1, droppable: true },
    params: ecgVitSpecs(options, size, grid),
    state: {},
    apply({ params }, inputs, ctx) {
      const { tf } = ctx;
      const batch = inputs.values.shape[0] as number;
      const positions =
        options.positions === 'learned'
          ? at(params, 'positions', 'parameter')
          : tf.tensor(table, [1 + tokenCount(grid), width]);
      const x = embed(tf, params, inputs.values, grid, positions, inputs.keep);
      const count = x.shape[1] as number;
      const { outputs, weights } = transformer(ctx, params, tf.reshape(x, [batch * count, width]), {
        weights: inputs.attention === true,
        batch,
        heads,
        depth,
        dropPath: options.dropPath,
      });
      const unfold = (y: Tensor): Tensor => tf.reshape(y, [batch, count, width]);
      const normed = unfold(layerNorm(tf, scope(params, 'norm'), outputs, layerNormEpsilon));
      const features = ownNorm
        ? layerNorm(
            tf,
            scope(params, 'fc-norm'),
            meanOfPatches(tf, unfold(outputs)),
            layerNormEpsilon,
          )
        : options.pooling === 'mean'
          ? meanOfPatches(tf, normed)
          : tf.reshape(tf.slice(normed, [0, 0, 0], [batch, 1, width]), [batch, width]);
      const encoded: Encoded = {
        pooled:
          options.classHead === undefined ? features : linear(tf, scope(params, 'head'), features),
        ...(inputs.tokens === true ? { tokens: normed } : {}),
        ...(inputs.attention === true ? { attention: tf.stack([...weights], 1) } : {}),
      };
      return { outputs: encoded, state: {} };
    },
  };
}

/** Mean over the tokens behind cls; x [B, 1 + M, D] -> [B, D]. */
export function meanOfPatches(tf: Ops, x: Tensor): Tensor {
  const [batch, count, width] = x.shape as [number, number, number];
  return tf.mean(tf.slice(x, [0, 1, 0], [batch, count - 1, width]), 1);
}

export const ecgVit = defineComponent({
  kind: 'encoder',
  id: 'ecg-vit',
  options: ecgVitOptions,
  create: (options, { input }) => createEcgVit(options, input),
});

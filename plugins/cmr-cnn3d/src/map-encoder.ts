/** @file An encoder from a network that gives a map of features and from what collects it. */
import type { ArraySpec, Encoder, Tensor } from '@dualbeat/core';
import type { Axes3 } from '@dualbeat/nn';
import { collect } from './collect.ts';
import type { CollectOptions } from './collect.ts';
import { caller, specsOf } from './layer.ts';
import type { Layer } from './layer.ts';

export type MapNetwork = {
  /** [B, S, H, W, channels] -> [B, ...grid, width]. */
  readonly layer: Layer;
  readonly width: number;
  readonly grid: Axes3;
  /** Slices, rows and columns that one cell stands for. */
  readonly stride: Axes3;
};

/**
 * Variables: `trunk/...` and `collect/...`. Tokens are the cells of the map, slice by slice, each through the latent layer
 * where there is one, so that they are as wide as the pooled features.
 */
export function mapEncoder(
  input: ArraySpec,
  network: MapNetwork,
  options: CollectOptions & { readonly latentFirst?: boolean },
  prepare: (x: Tensor, tf: import('@dualbeat/core').Ops) => Tensor = (x) => x,
): Encoder {
  const { layer: gather, width } = collect(network, options);
  const parts = { trunk: network.layer, collect: gather };
  const cells = network.grid.reduce((a, b) => a * b, 1);
  return {
    input,
    width,
    pooling: network.grid[0] === 1 ? options.pooling : `${options.pooling}, ${options.fusion}`,
    tokens: { grid: network.grid, patch: network.stride, prefix: 0, droppable: false },
    params: specsOf(parts, 'params'),
    state: specsOf(parts, 'state'),
    apply(vars, { values, present, tokens }, ctx) {
      const { tf } = ctx;
      const { call, state } = caller(parts, vars, { ctx, present });
      const map = call('trunk', prepare(values, tf));
      const pooled = call('collect', map);
      if (tokens !== true) return { outputs: { pooled }, state };
      const flat = tf.reshape(map, [values.shape[0] as number, cells, network.width]);
      const weight = vars.params['collect/latent/weight'];
      const bias = vars.params['collect/latent/bias'];
      const wide =
        weight === undefined || bias === undefined
          ? flat
          : tf.reshape(tf.add(tf.matMul(tf.reshape(flat, [-1, network.width]), weight), bias), [
              -1,
              cells,
              width,
            ]);
      return { outputs: { pooled, tokens: wide }, state };
    },
  };
}

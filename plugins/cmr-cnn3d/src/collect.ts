/** @file From a map of features to one vector: pooling over rows and columns, fusion of slices, latent layer. */
import { Type } from 'typebox';
import type { Static } from 'typebox';
import type { Ops, Tensor } from '@dualbeat/core';
import type { Axes3 } from '@dualbeat/nn';
import { lstm } from './lstm.ts';
import { joined, stateless } from './layer.ts';
import type { Layer, Parts } from './layer.ts';
import { torchLinear } from './torch-linear.ts';
import { weigh } from './weigh.ts';

export const poolings = ['avg', 'max', 'attention'] as const;
export const fusions = ['mean', 'max', 'linear', 'attention', 'lstm'] as const;
export type Fusion = (typeof fusions)[number];

/** Options of the encoders whose map keeps its slices. */
export const collectOptions = (fusion: Fusion, latent: number) => ({
  pooling: poolingOption,
  fusion: Type.Enum([...fusions], {
    default: fusion,
    description:
      'How slices (or frames) become one vector: mean, max, linear (one weight per slice and a bias), attention (learnt weights), lstm (last hidden state, as wide as its input).',
  }),
  latent: latentOption(latent),
});
export const poolingOption = Type.Enum([...poolings], {
  default: 'avg',
  description: 'Pooling over rows and columns; attention: learnt weights.',
});
export const latentOption = (latent: number) =>
  Type.Integer({
    minimum: 0,
    default: latent,
    description: 'Width of a last linear layer; 0: none.',
  });
const schema = Type.Object(collectOptions('mean', 0));
export type CollectOptions = Static<typeof schema>;

export type Collect = { readonly layer: Layer; readonly width: number };

/**
 * x [B, S, H, W, C] -> [B, width]. Variables: `pool`, `fuse`, `latent` where there are such.
 * `latentFirst`: the latent layer acts on each slice before the fusion.
 */
export function collect(
  map: { readonly grid: Axes3; readonly width: number },
  options: CollectOptions & { readonly latentFirst?: boolean },
): Collect {
  const { grid, width } = map;
  const fused = options.latent === 0 ? width : options.latent;
  const { latentFirst = false } = options;
  const latent = options.latent === 0 ? {} : { latent: torchLinear(width, options.latent) };
  const fuse = { fuse: fuseSlices(options.fusion, grid[0], latentFirst ? fused : width) };
  const parts: Parts = {
    pool: poolPlane(options.pooling, width),
    ...(latentFirst ? { ...latent, ...fuse } : { ...fuse, ...latent }),
  };
  const layer = joined(parts, (call, x) =>
    Object.keys(parts).reduce((y, name) => call(name, y), x),
  );
  return { layer, width: fused };
}

/** x [B, S, H, W, C] -> [B, S, C]. */
function poolPlane(pooling: CollectOptions['pooling'], width: number): Layer {
  const flat = (tf: Ops, x: Tensor): Tensor => {
    const [batch, slices, rows, columns] = x.shape as [number, number, number, number];
    return tf.reshape(x, [batch * slices, rows * columns, width]);
  };
  const back = (tf: Ops, x: Tensor, y: Tensor): Tensor =>
    tf.reshape(y, [x.shape[0] as number, x.shape[1] as number, width]);
  if (pooling === 'attention') {
    const attention = weigh(width);
    return {
      ...attention,
      apply(vars, x, at) {
        const { outputs } = attention.apply(vars, flat(at.ctx.tf, x), at);
        return { outputs: back(at.ctx.tf, x, outputs), state: {} };
      },
    };
  }
  return stateless({}, (_, x, { tf }) =>
    back(tf, x, pooling === 'max' ? tf.max(flat(tf, x), 1) : tf.mean(flat(tf, x), 1)),
  );
}

/** x [B, S, C] -> [B, C]. */
function fuseSlices(fusion: Fusion, slices: number, width: number): Layer {
  switch (fusion) {
    case 'mean':
      return stateless({}, (_, x, { tf }) => tf.mean(x, 1));
    case 'max':
      return stateless({}, (_, x, { tf }) => tf.max(x, 1));
    case 'attention':
      return weigh(width);
    case 'lstm':
      return lstm(width, width);
    case 'linear': {
      const one = torchLinear(slices, 1);
      // over slices: [B, S, C] -> [B, C, S] -> [B, C, 1]
      return {
        ...one,
        apply(vars, x, at) {
          const { tf } = at.ctx;
          const [batch, count, channels] = x.shape as [number, number, number];
          const turned = tf.reshape(tf.transpose(x, [0, 2, 1]), [batch * channels, count]);
          const { outputs } = one.apply(vars, turned, at);
          return { outputs: tf.reshape(outputs, [batch, channels]), state: {} };
        },
      };
    }
  }
}

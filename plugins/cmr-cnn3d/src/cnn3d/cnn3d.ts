/** @file The encoder `cnn3d`: a small network for laptops; convolutions in the plane, then over slices (Tran et al. 2018, arXiv:1711.11248). */
import { defineComponent } from '@dualbeat/core';
import type { ArraySpec, Encoder } from '@dualbeat/core';
import { conv3d, conv3dSpecs, relu, windowed } from '@dualbeat/nn';
import type { Axes3 } from '@dualbeat/nn';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { collectOptions } from '../collect.ts';
import { customSize } from '../errors.ts';
import { chain, joined, stateless } from '../layer.ts';
import type { Layer } from '../layer.ts';
import { mapEncoder } from '../map-encoder.ts';
import { norm, normOptions } from '../norm.ts';
import type { NormOptions } from '../norm.ts';
import { viewOf } from '../view.ts';

const sizes = {
  tiny: [16, 32, 64],
  small: [24, 48, 96, 192],
  medium: [32, 64, 128, 256],
} as const;

const { latent: _, ...collecting } = collectOptions('mean', 0);
export const cnn3dOptions = Type.Object(
  {
    size: Type.Enum(['tiny', 'small', 'medium', 'custom'], {
      default: 'tiny',
      description:
        'Named channels of the stages (tiny 16, 32, 64; small 24 to 192; medium 32 to 256); custom takes the option channels.',
    }),
    channels: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1 }), {
        minItems: 1,
        description: 'Channels of each stage; size custom only.',
      }),
    ),
    width: Type.Integer({
      minimum: 1,
      default: 128,
      description: 'Width of the features: a linear layer behind the last stage.',
    }),
    ...collecting,
    ...normOptions('group'),
  },
  { additionalProperties: false },
);
export type Cnn3dOptions = Static<typeof cnn3dOptions>;

/**
 * Per stage: 1 x 3 x 3 with a stride of 2 in the plane, norm, ReLU, 3 x 1 x 1, norm, ReLU. Slices stay as many as they are. Rows are
 * encoded apart with norm group, the default, so that micro-batches change nothing. Errors: E_CNN_VIEW, E_CNN_SIZE, E_GROUP_WIDTH.
 */
export function createCnn3d(options: Cnn3dOptions, input: ArraySpec): Encoder {
  const { size, channels: viewChannels } = viewOf('cnn3d', input);
  const channels = channelsOf(options);
  const stages = channels.map((out, i) => stage(channels[i - 1] ?? viewChannels, out, options));
  const grid = channels.reduce<Axes3>((g) => windowed(g, [1, 3, 3], inPlane), size);
  const step = 2 ** channels.length;
  const layer = chain(Object.fromEntries(stages.map((each, i) => [`stages/${i}`, each])));
  const network = {
    layer,
    width: channels.at(-1) as number,
    grid,
    stride: [1, step, step] as const,
  };
  return mapEncoder(input, network, { ...options, latent: options.width });
}

const inPlane = { stride: [1, 2, 2], padding: [0, 1, 1] } as const;
const overSlices = { stride: [1, 1, 1], padding: [1, 0, 0] } as const;

function stage(width: number, out: number, options: NormOptions): Layer {
  const plane = conv3dSpecs({ kernel: [1, 3, 3], in: width, out });
  const depth = conv3dSpecs({ kernel: [3, 1, 1], in: out, out });
  const parts = {
    plane: stateless(plane, (params, x, { tf }) => conv3d(tf, params, x, inPlane)),
    norm1: norm(out, options),
    slices: stateless(depth, (params, x, { tf }) => conv3d(tf, params, x, overSlices)),
    norm2: norm(out, options),
  };
  return joined(parts, (call, x, { tf }) => {
    const flat = relu(tf, call('norm1', call('plane', x)));
    return relu(tf, call('norm2', call('slices', flat)));
  });
}

function channelsOf({ size, channels }: Cnn3dOptions): readonly number[] {
  if (size === 'custom') {
    if (channels === undefined) throw customSize('cnn3d', size, ['channels'], 'missing');
    return channels;
  }
  if (channels !== undefined) throw customSize('cnn3d', size, ['channels'], 'surplus');
  return sizes[size];
}

export const cnn3d = defineComponent({
  kind: 'encoder',
  id: 'cnn3d',
  options: cnn3dOptions,
  create: (options, { input }) => createCnn3d(options, input),
});

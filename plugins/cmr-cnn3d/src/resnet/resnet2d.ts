/** @file The encoder `resnet2d`: an image network on the middle slice, or with slices or frames as channels. */
import { defineComponent } from '@dualbeat/core';
import type { ArraySpec, Encoder } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { latentOption, poolingOption } from '../collect.ts';
import { mapEncoder } from '../map-encoder.ts';
import { normOptions } from '../norm.ts';
import { imageOf, planesOption, toImage } from '../planes.ts';
import { viewOf } from '../view.ts';
import { depthOption, residualOption, widthsOption } from './options.ts';
import { planarTrunk } from './planar-trunk.ts';

export const resnet2dOptions = Type.Object(
  {
    depth: depthOption(50),
    widths: widthsOption,
    planes: planesOption,
    pooling: poolingOption,
    latent: latentOption(768),
    ...normOptions('batch'),
    ...residualOption,
  },
  { additionalProperties: false },
);
export type Resnet2dOptions = Static<typeof resnet2dOptions>;

/** 23,501,760 parameters at depth 50 for one channel, before the latent layer. Errors: E_CNN_VIEW, E_CNN_STAGES, E_CONV_FIT. */
export function createResnet2d(options: Resnet2dOptions, input: ArraySpec): Encoder {
  const view = imageOf(options.planes, viewOf('resnet2d', input));
  const trunk = planarTrunk('resnet2d', view, options);
  return mapEncoder(input, trunk, { ...options, fusion: 'mean' }, (x, tf) =>
    toImage(options.planes, x, tf),
  );
}

export const resnet2d = defineComponent({
  kind: 'encoder',
  id: 'resnet2d',
  options: resnet2dOptions,
  create: (options, { input }) => createResnet2d(options, input),
});

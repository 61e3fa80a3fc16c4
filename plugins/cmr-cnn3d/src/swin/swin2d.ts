/** @file The encoder `swin2d`: a Swin transformer of images, on the middle slice or with slices or frames as channels. */
import { defineComponent } from '@dualbeat/core';
import type { ArraySpec, Encoder } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { latentOption, poolingOption } from '../collect.ts';
import { mapEncoder } from '../map-encoder.ts';
import { imageOf, planesOption, toImage } from '../planes.ts';
import { viewOf } from '../view.ts';
import { swinOptions, swinSize } from './options.ts';
import { swinTrunk } from './trunk.ts';

export const swin2dOptions = Type.Object(
  {
    ...swinOptions,
    patch: Type.Integer({ minimum: 1, default: 4, description: 'Rows and columns of a patch.' }),
    window: Type.Integer({
      minimum: 1,
      default: 7,
      description: 'Rows and columns of a window, in cells; no more than there are.',
    }),
    planes: planesOption,
    pooling: poolingOption,
    latent: latentOption(0),
  },
  { additionalProperties: false },
);
export type Swin2dOptions = Static<typeof swin2dOptions>;

/** Errors: E_CNN_VIEW, E_CNN_SIZE, E_CNN_SMALL, E_CNN_STAGES, E_ATTENTION_WIDTH. */
export function createSwin2d(options: Swin2dOptions, input: ArraySpec): Encoder {
  const { patch, window, planes } = options;
  const size = swinSize('swin2d', options);
  const trunk = swinTrunk(
    'swin2d',
    { ...size, patch: [1, patch, patch], window: [1, window, window] },
    imageOf(planes, viewOf('swin2d', input)),
  );
  return mapEncoder(input, trunk, { ...options, fusion: 'mean' }, (x, tf) =>
    toImage(planes, x, tf),
  );
}

export const swin2d = defineComponent({
  kind: 'encoder',
  id: 'swin2d',
  options: swin2dOptions,
  create: (options, { input }) => createSwin2d(options, input),
});

/** @file The encoder `swin3d`: a Swin transformer of volumes, or of videos where frames take the place of slices. */
import { defineComponent } from '@dualbeat/core';
import type { ArraySpec, Encoder } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { axes, axesOption } from '../axes.ts';
import { collectOptions } from '../collect.ts';
import { mapEncoder } from '../map-encoder.ts';
import { viewOf } from '../view.ts';
import { swinOptions, swinSize } from './options.ts';
import { swinTrunk } from './trunk.ts';

export const swin3dOptions = Type.Object(
  {
    ...swinOptions,
    patch: axesOption([1, 4, 4], 'Size of a patch,'),
    window: axesOption([8, 7, 7], 'Size of a window in cells, no more than there are,'),
    ...collectOptions('mean', 0),
  },
  { additionalProperties: false },
);
export type Swin3dOptions = Static<typeof swin3dOptions>;

/** Errors: E_CNN_VIEW, E_CNN_SIZE, E_CNN_SMALL, E_CNN_STAGES, E_ATTENTION_WIDTH. */
export function createSwin3d(options: Swin3dOptions, input: ArraySpec): Encoder {
  const plan = {
    ...swinSize('swin3d', options),
    patch: axes(options.patch),
    window: axes(options.window),
  };
  return mapEncoder(input, swinTrunk('swin3d', plan, viewOf('swin3d', input)), options);
}

export const swin3d = defineComponent({
  kind: 'encoder',
  id: 'swin3d',
  options: swin3dOptions,
  create: (options, { input }) => createSwin3d(options, input),
});

/** @file The encoder `resnet2d-sequence`: an image network per slice or per frame, then a fusion: an LSTM (2-D+time), or one weight per frame. */
import { defineComponent } from '@dualbeat/core';
import type { ArraySpec, Encoder } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { collectOptions } from '../collect.ts';
import { mapEncoder } from '../map-encoder.ts';
import { normOptions } from '../norm.ts';
import { viewOf } from '../view.ts';
import { depthOption, residualOption, widthsOption } from './options.ts';
import { planarTrunk } from './planar-trunk.ts';

export const resnet2dSequenceOptions = Type.Object(
  {
    depth: depthOption(50),
    widths: widthsOption,
    ...collectOptions('lstm', 768),
    ...normOptions('batch'),
    ...residualOption,
  },
  { additionalProperties: false },
);
export type Resnet2dSequenceOptions = Static<typeof resnet2dSequenceOptions>;

/**
 * Each slice (or frame: the first axis of the view) -> pooled features -> latent layer -> fusion over slices. With the defaults
 * 29,800,128 parameters for one channel. Errors: E_CNN_VIEW, E_CNN_STAGES, E_CONV_FIT.
 */
export function createResnet2dSequence(
  options: Resnet2dSequenceOptions,
  input: ArraySpec,
): Encoder {
  const trunk = planarTrunk('resnet2d-sequence', viewOf('resnet2d-sequence', input), options);
  return mapEncoder(input, trunk, { ...options, latentFirst: true });
}

export const resnet2dSequence = defineComponent({
  kind: 'encoder',
  id: 'resnet2d-sequence',
  options: resnet2dSequenceOptions,
  create: (options, { input }) => createResnet2dSequence(options, input),
});

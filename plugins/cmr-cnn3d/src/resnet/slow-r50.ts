/**
 * @file The encoder `slow-r50`: the slow pathway of SlowFast with 50 layers (Feichtenhofer et al. 2019, arXiv:1812.03982) with slices in the
 * place of time, as the paper uses it for the ED and the ES volume.
 */
import { defineComponent } from '@dualbeat/core';
import type { ArraySpec, Encoder } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { collectOptions } from '../collect.ts';
import { perStage } from '../errors.ts';
import { mapEncoder } from '../map-encoder.ts';
import { normOptions } from '../norm.ts';
import { viewOf } from '../view.ts';
import { depths, residualOption, stagePlans, widthsOption } from './options.ts';
import { resnetTrunk } from './trunk.ts';

export const slowR50Options = Type.Object(
  {
    widths: widthsOption,
    ...collectOptions('linear', 768),
    ...normOptions('batch'),
    ...residualOption,
  },
  { additionalProperties: false },
);
export type SlowR50Options = Static<typeof slowR50Options>;

/**
 * Kernels over slices (3 x 1 x 1) are in the first convolution of each bottleneck of the last two stages alone; no stride acts on
 * slices. 31,628,224 parameters for one channel before fusion (7 for 6 slices) and latent layer (1,573,632). Errors: E_CNN_VIEW, E_CNN_STAGES, E_CONV_FIT.
 */
export function createSlowR50(options: SlowR50Options, input: ArraySpec): Encoder {
  const { widths } = options;
  const { blocks } = depths[50];
  if (widths.length !== blocks.length)
    throw perStage('slow-r50', 'widths', widths.length, blocks.length);
  const flat = [1, 1, 1] as const;
  const deep = [3, 1, 1] as const;
  const trunk = resnetTrunk(
    {
      block: 'bottleneck',
      stem: { kernel: [1, 7, 7], stride: [1, 2, 2], out: widths[0] as number, init: 'torch' },
      pool: { kernel: [1, 3, 3], stride: [1, 2, 2] },
      stages: stagePlans({
        blocks,
        widths,
        expansion: 4,
        strides: [flat, [1, 2, 2], [1, 2, 2], [1, 2, 2]],
        first: [flat, flat, deep, deep],
        middle: [1, 3, 3],
      }),
    },
    viewOf('slow-r50', input),
    options,
  );
  return mapEncoder(input, trunk, options);
}

export const slowR50 = defineComponent({
  kind: 'encoder',
  id: 'slow-r50',
  options: slowR50Options,
  create: (options, { input }) => createSlowR50(options, input),
});

/** @file The encoder `resnet3d`: residual networks with cubic kernels (Hara et al. 2018, arXiv:1711.09577), every stride explicit. */
import { defineComponent } from '@dualbeat/core';
import type { ArraySpec, Encoder } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { axes, axesOption } from '../axes.ts';
import { collectOptions } from '../collect.ts';
import { perStage } from '../errors.ts';
import { mapEncoder } from '../map-encoder.ts';
import { normOptions } from '../norm.ts';
import { viewOf } from '../view.ts';
import { depthOption, depths, residualOption, stagePlans, widthsOption } from './options.ts';
import { resnetTrunk } from './trunk.ts';

export const resnet3dOptions = Type.Object(
  {
    depth: depthOption(18),
    widths: widthsOption,
    stemKernel: axesOption([3, 7, 7], 'Kernel of the stem,'),
    stemStride: axesOption([1, 2, 2], 'Stride of the stem,'),
    poolKernel: axesOption(
      [3, 3, 3],
      'Window of the max pooling behind the stem; [1, 1, 1]: none.',
    ),
    poolStride: axesOption([1, 2, 2], 'Its stride,'),
    stageStrides: Type.Array(axesOption([1, 1, 1], 'Stride'), {
      default: [
        [1, 1, 1],
        [1, 2, 2],
        [1, 2, 2],
        [1, 2, 2],
      ],
      description:
        'Stride of each stage. The default leaves slices alone, which are few and far apart; [2, 2, 2] throughout is the published network.',
    }),
    ...collectOptions('mean', 0),
    ...normOptions('batch'),
    ...residualOption,
  },
  { additionalProperties: false },
);
export type Resnet3dOptions = Static<typeof resnet3dOptions>;

/** Errors: E_CNN_VIEW, E_CNN_STAGES, E_CONV_FIT. */
export function createResnet3d(options: Resnet3dOptions, input: ArraySpec): Encoder {
  const { widths, stageStrides } = options;
  const { block, blocks } = depths[options.depth];
  for (const [name, list] of Object.entries({ widths, stageStrides }))
    if (list.length !== blocks.length) throw perStage('resnet3d', name, list.length, blocks.length);
  const trunk = resnetTrunk(
    {
      block,
      stem: {
        kernel: axes(options.stemKernel),
        stride: axes(options.stemStride),
        out: widths[0] as number,
        init: 'he',
      },
      pool: { kernel: axes(options.poolKernel), stride: axes(options.poolStride) },
      stages: stagePlans({
        blocks,
        widths,
        expansion: block === 'basic' ? 1 : 4,
        strides: stageStrides.map(axes),
        first: blocks.map(() => [1, 1, 1]),
        middle: [3, 3, 3],
      }),
    },
    viewOf('resnet3d', input),
    options,
  );
  return mapEncoder(input, trunk, options);
}

export const resnet3d = defineComponent({
  kind: 'encoder',
  id: 'resnet3d',
  options: resnet3dOptions,
  create: (options, { input }) => createResnet3d(options, input),
});

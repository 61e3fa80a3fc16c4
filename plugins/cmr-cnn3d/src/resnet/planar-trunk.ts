/** @file The residual network of images, applied to each slice by itself. */
import { perStage } from '../errors.ts';
import type { View } from '../view.ts';
import type { BlockOptions } from './blocks.ts';
import { depths, stagePlans } from './options.ts';
import type { Depth } from './options.ts';
import { resnetTrunk } from './trunk.ts';
import type { Trunk } from './trunk.ts';

/** Stem 7 x 7 with stride 2, max pooling 3 x 3 with stride 2, four stages. Errors: E_CNN_STAGES, E_CONV_FIT. */
export function planarTrunk(
  encoder: string,
  view: View,
  options: BlockOptions & { readonly depth: Depth; readonly widths: readonly number[] },
): Trunk {
  const { block, blocks } = depths[options.depth];
  const { widths } = options;
  if (widths.length !== blocks.length)
    throw perStage(encoder, 'widths', widths.length, blocks.length);
  const half = [1, 2, 2] as const;
  return resnetTrunk(
    {
      block,
      stem: { kernel: [1, 7, 7], stride: half, out: widths[0] as number, init: 'he' },
      pool: { kernel: [1, 3, 3], stride: half },
      stages: stagePlans({
        blocks,
        widths,
        expansion: block === 'basic' ? 1 : 4,
        strides: [[1, 1, 1], half, half, half],
        first: blocks.map(() => [1, 1, 1]),
        middle: [1, 3, 3],
      }),
    },
    view,
    options,
  );
}

/** @file What the residual networks share: option pieces, depths, plans of stages. */
import { Type } from 'typebox';
import type { Axes3 } from '@dualbeat/nn';
import type { StagePlan } from './trunk.ts';

export const residualOption = {
  zeroInitResidual: Type.Boolean({
    default: false,
    description: 'Starts the last gain of each block at 0, so that blocks start as the identity.',
  }),
};

/** Blocks per stage, by layers (He et al. 2016, Table 1). */
export const depths = {
  10: { block: 'basic', blocks: [1, 1, 1, 1] },
  18: { block: 'basic', blocks: [2, 2, 2, 2] },
  34: { block: 'basic', blocks: [3, 4, 6, 3] },
  50: { block: 'bottleneck', blocks: [3, 4, 6, 3] },
} as const;
export type Depth = keyof typeof depths;

export const depthOption = (fallback: Depth) =>
  Type.Enum([10, 18, 34, 50], {
    default: fallback,
    description: 'Layers: 10, 18 and 34 of basic blocks, 50 of bottlenecks.',
  });
export const widthsOption = Type.Array(Type.Integer({ minimum: 1 }), {
  default: [64, 128, 256, 512],
  description: 'Inner channels of the four stages; a bottleneck puts out four times as many.',
});

export function stagePlans(of: {
  readonly blocks: readonly number[];
  /** Inner channels. */
  readonly widths: readonly number[];
  /** Outer over inner channels. */
  readonly expansion: number;
  readonly strides: readonly Axes3[];
  readonly first: readonly Axes3[];
  readonly middle: Axes3;
}): StagePlan[] {
  return of.blocks.map((blocks, i) => ({
    blocks,
    mid: of.widths[i] as number,
    out: (of.widths[i] as number) * of.expansion,
    stride: of.strides[i] as Axes3,
    first: of.first[i] as Axes3,
    middle: of.middle,
  }));
}

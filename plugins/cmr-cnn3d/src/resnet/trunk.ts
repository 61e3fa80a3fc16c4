/** @file Stem and stages of a residual network over [slices, height, width, channels], and the size of what comes out. */
import { maxPool3d, relu, windowed } from '@dualbeat/nn';
import type { Axes3 } from '@dualbeat/nn';
import { chain, joined, numbered, stateless } from '../layer.ts';
import type { Layer, Parts } from '../layer.ts';
import { norm } from '../norm.ts';
import { basic, bottleneck, convolution } from './blocks.ts';
import type { BlockOptions } from './blocks.ts';

export type StagePlan = {
  readonly blocks: number;
  readonly mid: number;
  readonly out: number;
  /** Of the first block. */
  readonly stride: Axes3;
  /** Of the first convolution of a bottleneck. */
  readonly first: Axes3;
  readonly middle: Axes3;
};
export type TrunkPlan = {
  readonly block: 'basic' | 'bottleneck';
  readonly stem: {
    readonly kernel: Axes3;
    readonly stride: Axes3;
    readonly out: number;
    readonly init: 'he' | 'torch';
  };
  /** Stride [1, 1, 1] and kernel [1, 1, 1]: no pooling. */
  readonly pool: { readonly kernel: Axes3; readonly stride: Axes3 };
  readonly stages: readonly StagePlan[];
};
export type Trunk = {
  readonly layer: Layer;
  readonly width: number;
  /** Slices, rows and columns of the result. */
  readonly grid: Axes3;
  /** What one cell of the grid stands for. */
  readonly stride: Axes3;
};

/** The network for a view of `size` with `channels`. Error: E_CONV_FIT. */
export function resnetTrunk(
  plan: TrunkPlan,
  input: { readonly size: Axes3; readonly channels: number },
  options: BlockOptions,
): Trunk {
  const { stem, pool } = plan;
  const make = plan.block === 'basic' ? basic : bottleneck;
  let width = stem.out;
  const stages = plan.stages.map((stage) =>
    numbered(
      Array.from({ length: stage.blocks }, (_, i) => {
        const stride: Axes3 = i === 0 ? stage.stride : [1, 1, 1];
        const block = make({ ...stage, in: width, stride }, options);
        width = stage.out;
        return block;
      }),
    ),
  );
  const steps = [
    stem,
    pool,
    ...plan.stages.map(({ middle, stride }) => ({ kernel: middle, stride })),
  ];
  const grid = steps.reduce<Axes3>(
    (size, { kernel, stride }) => windowed(size, kernel, { stride, padding: half(kernel) }),
    input.size,
  );
  const pooled = pool.kernel.some((size) => size > 1) || pool.stride.some((step) => step > 1);
  const parts: Parts = {
    stem: stemOf(plan, input.channels, options),
    ...(pooled ? { pool: poolOf(pool) } : {}),
    stages: numbered(stages),
  };
  const stride = steps.reduce<Axes3>(
    (all, step) => all.map((n, i) => n * (step.stride[i] as number)) as unknown as Axes3,
    [1, 1, 1],
  );
  return { layer: chain(parts), width, grid, stride };
}

function stemOf({ stem }: TrunkPlan, channels: number, options: BlockOptions): Layer {
  const { kernel, out, init } = stem;
  const parts = {
    conv: convolution({ kernel, in: channels, out, init }, stem.stride),
    norm: norm(out, options),
  };
  return joined(parts, (call, x, { tf }) => relu(tf, call('norm', call('conv', x))));
}

const poolOf = ({ kernel, stride }: TrunkPlan['pool']): Layer =>
  stateless({}, (_, x, { tf }) => maxPool3d(tf, x, kernel, { stride, padding: half(kernel) }));

const half = (kernel: Axes3): Axes3 =>
  kernel.map((size) => Math.floor(size / 2)) as unknown as Axes3;

/** @file A Swin transformer over [slices, rows, columns] (Liu et al. 2021, arXiv:2103.14030; of videos: arXiv:2106.13230). */
import { conv3d, conv3dSpecs, layerNorm, layerNormSpecs, windowCount } from '@dualbeat/nn';
import type { Axes3 } from '@dualbeat/nn';
import { perStage, tooSmall } from '../errors.ts';
import { chain, numbered, stateless } from '../layer.ts';
import type { Layer, Parts } from '../layer.ts';
import type { MapNetwork } from '../map-encoder.ts';
import type { View } from '../view.ts';
import { swinBlock, swinEpsilon } from './block.ts';
import { mergeCells, merged } from './merge.ts';

export type SwinPlan = {
  readonly patch: Axes3;
  readonly window: Axes3;
  /** Of the first stage; each next has twice as many. */
  readonly width: number;
  readonly depths: readonly number[];
  readonly heads: readonly number[];
  readonly mlpRatio: number;
  readonly dropPath: number;
};

/** Patches, stages with mergers between them, a last layer norm. Errors: E_CNN_SMALL, E_CNN_STAGES, E_ATTENTION_WIDTH. */
export function swinTrunk(encoder: string, plan: SwinPlan, view: View): MapNetwork {
  const { patch, depths, heads } = plan;
  if (heads.length !== depths.length) throw perStage(encoder, 'heads', heads.length, depths.length);
  let grid = patch.map((size, i) => Math.ceil((view.size[i] as number) / size)) as unknown as Axes3;
  let width = plan.width;
  const parts: { [name: string]: Layer } = { embed: embedOf(plan, view.channels) };
  const blocks = depths.reduce((a, b) => a + b, 0);
  let done = 0;
  const stages = depths.map((depth, i) => {
    const within: { [name: string]: Layer } = {};
    if (i > 0) {
      if (grid[1] < 2 && grid[2] < 2)
        throw tooSmall(
          encoder,
          [...view.size, view.channels],
          `stage ${i + 1} of ${depths.length} would merge a single cell`,
        );
      within['merge'] = mergeCells(width);
      grid = merged(grid);
      width *= 2;
    }
    const at = {
      grid,
      width,
      heads: heads[i] as number,
      window: plan.window,
      mlpRatio: plan.mlpRatio,
    };
    within['blocks'] = numbered(
      Array.from({ length: depth }, (_, j) => {
        const rate = (plan.dropPath * done++) / Math.max(1, blocks - 1);
        return swinBlock({ ...at, shifted: j % 2 === 1, dropPath: rate });
      }),
    );
    return chain(within);
  });
  parts['stages'] = numbered(stages);
  parts['norm'] = normOf(width);
  const step = 2 ** (depths.length - 1);
  return {
    layer: chain(parts as Parts),
    width,
    grid,
    stride: [patch[0], patch[1] * step, patch[2] * step],
  };
}

const normOf = (width: number): Layer =>
  stateless(layerNormSpecs(width), (params, x, { tf }) => layerNorm(tf, params, x, swinEpsilon));

/** Patches that the view does not fill are filled with zeros behind it. */
function embedOf({ patch, width }: SwinPlan, channels: number): Layer {
  const conv = conv3dSpecs({ kernel: patch, in: channels, out: width, bias: true, init: 'torch' });
  const norm = layerNormSpecs(width);
  const parts = {
    conv: stateless(conv, (params, x, { tf }) => {
      const missing = patch.map((size, i) => {
        const length = x.shape[i + 1] as number;
        const whole = windowCount(length, { kernel: size, stride: size, padding: 0 }) * size;
        return whole === length ? 0 : whole + size - length;
      });
      const full = missing.some((m) => m > 0)
        ? tf.pad(x, [[0, 0], ...missing.map((m) => [0, m] as [number, number]), [0, 0]])
        : x;
      return conv3d(tf, params, full, { stride: patch, padding: [0, 0, 0] });
    }),
    norm: stateless(norm, (params, x, { tf }) => layerNorm(tf, params, x, swinEpsilon)),
  };
  return chain(parts);
}

/** @file The choice of normalisation. */
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { batchNorm, batchNormSpecs, groupNorm, groupNormSpecs } from '@dualbeat/nn';
import { stateless } from './layer.ts';
import type { Layer } from './layer.ts';

/** Options of every convolutional encoder. */
export const normOptions = (norm: 'batch' | 'group') => ({
  norm: Type.Enum(['batch', 'group'], {
    default: norm,
    description:
      'batch: statistics of the present rows in training, running statistics in evaluation and where frozen; group: each row by itself, fit for micro-batches.',
  }),
  groups: Type.Integer({
    minimum: 1,
    default: 8,
    description: 'Groups of channels; norm group only. Must divide all widths.',
  }),
  momentum: Type.Number({
    exclusiveMinimum: 0,
    maximum: 1,
    default: 0.1,
    description: 'Weight of the new batch in the running statistics; norm batch only.',
  }),
  epsilon: Type.Number({
    exclusiveMinimum: 0,
    default: 1e-5,
    description: 'Added to the variances of the normalisation.',
  }),
});
const schema = Type.Object(normOptions('batch'));
export type NormOptions = Static<typeof schema>;

/** x [B, S, H, W, width]. `gain`: where the gains start (0 makes a residual block start as the identity). */
export function norm(width: number, options: NormOptions, gain = 1): Layer {
  if (options.norm === 'group') {
    const { groups, epsilon } = options;
    return stateless(startingAt(groupNormSpecs(width, groups), gain), (params, x, { tf }) =>
      groupNorm(tf, params, x, { groups, epsilon }),
    );
  }
  const { params, state } = batchNormSpecs(width);
  return {
    params: startingAt(params, gain),
    state,
    apply: (vars, x, { ctx, present }) => batchNorm(ctx, vars, x, options, present),
  };
}

function startingAt(params: Layer['params'], gain: number): Layer['params'] {
  const { weight } = params;
  if (gain === 1 || weight === undefined) return params;
  const init = (): Float32Array => new Float32Array(weight.shape[0] as number).fill(gain);
  return { ...params, weight: { ...weight, init } };
}

/** @file Options of the encoder `ecg-vit`. */
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { sizeOptions } from '../errors.ts';
import { vitSizeNames, vitSizes } from './sizes.ts';
import type { VitSize } from './sizes.ts';

export const ecgVitOptions = Type.Object(
  {
    size: Type.Enum([...vitSizeNames, 'custom'], {
      default: 'mediumDeep',
      description: 'Named width, depth and heads; custom takes the three from the options below.',
    }),
    width: Type.Optional(
      Type.Integer({ minimum: 4, description: 'Channels of a token; size custom only.' }),
    ),
    depth: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Transformer blocks; size custom only.' }),
    ),
    heads: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Attention heads; size custom only.' }),
    ),
    patch: Type.Array(Type.Integer({ minimum: 1 }), {
      minItems: 2,
      maxItems: 2,
      default: [1, 100],
      description: 'Leads and samples of one patch; both must divide the view.',
    }),
    pooling: Type.Enum(['mean', 'cls'], {
      default: 'mean',
      description: 'Pooled features: mean of the patch tokens, or the cls token.',
    }),
    poolingNorm: Type.Enum(['own', 'shared'], {
      default: 'own',
      description:
        'With pooling mean. own: the mean of the un-normed tokens goes through a layer norm of its own (fc-norm); shared: the mean of the tokens after the final norm.',
    }),
    positions: Type.Enum(['sincos', 'learned'], {
      default: 'sincos',
      description: 'Fixed sine-cosine table, or parameters that start from it.',
    }),
    classHead: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'Adds a linear layer to this many features after pooling.',
      }),
    ),
    mlpRatio: Type.Number({
      exclusiveMinimum: 0,
      default: 4,
      description: 'Hidden width of the perceptrons over the width.',
    }),
    dropPath: Type.Number({
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0,
      description: 'Rate of dropped residual branches in the last block, growing linearly from 0.',
    }),
  },
  { additionalProperties: false },
);
export type EcgVitOptions = Static<typeof ecgVitOptions>;

/** Width, depth and heads of the options. Error: E_VIT_SIZE. */
export function sizeOf({ size, width, depth, heads }: EcgVitOptions): VitSize {
  if (size === 'custom') {
    if (width === undefined || depth === undefined || heads === undefined)
      throw sizeOptions(size, 'missing');
    return { width, depth, heads };
  }
  if (width !== undefined || depth !== undefined || heads !== undefined)
    throw sizeOptions(size, 'surplus');
  return vitSizes[size];
}

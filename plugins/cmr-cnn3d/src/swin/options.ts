/** @file What the two Swin encoders share: sizes and options. */
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { customSize } from '../errors.ts';
import type { SwinPlan } from './trunk.ts';

const sizes = {
  tiny: { embed: 96, depths: [2, 2, 6, 2], heads: [3, 6, 12, 24] },
  small: { embed: 96, depths: [2, 2, 18, 2], heads: [3, 6, 12, 24] },
  base: { embed: 128, depths: [2, 2, 18, 2], heads: [4, 8, 16, 32] },
} as const;

const counts = (description: string) =>
  Type.Optional(Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1, description }));

export const swinOptions = {
  size: Type.Enum(['tiny', 'small', 'base', 'custom'], {
    default: 'tiny',
    description: 'Named width, depths and heads; custom takes the three from the options below.',
  }),
  embed: Type.Optional(
    Type.Integer({
      minimum: 1,
      description: 'Channels of the first stage; each next has twice as many. Size custom only.',
    }),
  ),
  depths: counts('Blocks of each stage; size custom only.'),
  heads: counts('Attention heads of each stage; size custom only.'),
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
};
const schema = Type.Object(swinOptions);
export type SwinOptions = Static<typeof schema>;

/** Error: E_CNN_SIZE. */
export function swinSize(
  encoder: string,
  options: SwinOptions,
): Omit<SwinPlan, 'patch' | 'window'> {
  const { size, embed, depths, heads, mlpRatio, dropPath } = options;
  const names = ['embed', 'depths', 'heads'];
  if (size === 'custom') {
    if (embed === undefined || depths === undefined || heads === undefined)
      throw customSize(encoder, size, names, 'missing');
    return { width: embed, depths, heads, mlpRatio, dropPath };
  }
  if (embed !== undefined || depths !== undefined || heads !== undefined)
    throw customSize(encoder, size, names, 'surplus');
  const named = sizes[size];
  return { width: named.embed, depths: named.depths, heads: named.heads, mlpRatio, dropPath };
}

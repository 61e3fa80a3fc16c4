/** @file The projector `simclr-head`: linear, norm, relu, linear, norm. */
import { defineComponent } from '@dualbeat/core';
import type { Projector } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { makeProjector } from './make-projector.ts';

export const simclrHeadOptions = Type.Object(
  {
    width: Type.Integer({ minimum: 1, default: 128, description: 'Width of the embedding.' }),
    hidden: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Hidden width; absent: that of the features.' }),
    ),
    definition: Type.Enum(['norms', 'biases'], {
      default: 'norms',
      description:
        'norms: batch norms after both layers, which have no biases (lightly since 1.4.3, the paper); biases: none of the former, both of the latter (lightly before, MMCL).',
    }),
  },
  { additionalProperties: false },
);

/** Features [B, D] or tokens [B, N, D] -> embedding of `width`. 1000-432-128 has 488,416 parameters, 768-768-128 689,920. */
export function createSimclrHead(
  { width, hidden, definition }: Static<typeof simclrHeadOptions>,
  from: { readonly width: number },
): Projector {
  const plain = definition === 'biases';
  const layer = { bias: plain, norm: plain ? 'none' : 'batch', dropout: 0 } as const;
  return makeProjector(from.width, [
    { ...layer, out: hidden ?? from.width, activation: 'relu' },
    { ...layer, out: width, activation: 'none' },
  ]);
}

export const simclrHead = defineComponent({
  kind: 'projector',
  id: 'simclr-head',
  options: simclrHeadOptions,
  create: createSimclrHead,
});

/** @file The projector `mlp`: a perceptron of any depth, such as the expanders of VICReg and Barlow Twins. */
import { defineComponent } from '@dualbeat/core';
import type { Projector } from '@dualbeat/core';
import type { PerceptronLayer } from '@dualbeat/nn';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { makeProjector } from './make-projector.ts';

export const mlpOptions = Type.Object(
  {
    width: Type.Integer({ minimum: 1, default: 128, description: 'Width of the embedding.' }),
    depth: Type.Integer({ minimum: 1, default: 3, description: 'Linear layers.' }),
    hidden: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Hidden width; absent: that of the features.' }),
    ),
    norm: Type.Enum(['batch', 'none'], {
      default: 'batch',
      description: 'Before each activation; with a norm the layer has no bias.',
    }),
    activation: Type.Enum(['relu', 'gelu'], {
      default: 'relu',
      description: 'After each layer but the last.',
    }),
  },
  { additionalProperties: false },
);

/** Features [B, D] or tokens [B, N, D] -> embedding of `width`; nothing follows the last layer. */
export function createMlp(
  { width, depth, hidden, norm, activation }: Static<typeof mlpOptions>,
  from: { readonly width: number },
): Projector {
  const inner: PerceptronLayer = {
    out: hidden ?? from.width,
    bias: norm === 'none',
    norm,
    activation,
    dropout: 0,
  };
  const last = { ...inner, out: width, norm: 'none', activation: 'none' } as const;
  return makeProjector(from.width, [...Array<PerceptronLayer>(depth - 1).fill(inner), last]);
}

export const mlp = defineComponent({
  kind: 'projector',
  id: 'mlp',
  options: mlpOptions,
  create: createMlp,
});

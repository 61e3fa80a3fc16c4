/** @file The projector `linear`: one linear layer. */
import { defineComponent } from '@dualbeat/core';
import type { Projector } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { makeProjector } from './make-projector.ts';

export const linearOptions = Type.Object(
  {
    width: Type.Integer({ minimum: 1, default: 128, description: 'Width of the embedding.' }),
    bias: Type.Boolean({ default: false, description: 'Adds a bias.' }),
  },
  { additionalProperties: false },
);

/** Features [B, D] or tokens [B, N, D] -> embedding of `width`. */
export function createLinear(
  { width, bias }: Static<typeof linearOptions>,
  from: { readonly width: number },
): Projector {
  return makeProjector(from.width, [
    { out: width, bias, norm: 'none', activation: 'none', dropout: 0 },
  ]);
}

export const linear = defineComponent({
  kind: 'projector',
  id: 'linear',
  options: linearOptions,
  create: createLinear,
});

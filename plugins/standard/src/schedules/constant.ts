/** @file The schedule `constant`. */
import { defineComponent } from '@dualbeat/core';
import type { Schedule } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';

export const constantOptions = Type.Object(
  {
    value: Type.Number({
      exclusiveMinimum: 0,
      default: 1e-4,
      description: 'Learning rate of every step.',
    }),
  },
  { additionalProperties: false },
);

/** The same rate at every step. */
export function createConstant({ value }: Static<typeof constantOptions>): Schedule {
  return { at: () => value, observe: (_metrics, memory) => memory };
}

export const constant = defineComponent({
  kind: 'schedule',
  id: 'constant',
  options: constantOptions,
  create: createConstant,
});

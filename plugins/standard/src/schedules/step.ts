/** @file The schedule `step`: the rate falls by a factor at given epochs. */
import { defineComponent } from '@dualbeat/core';
import type { Schedule } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';

export const stepOptions = Type.Object(
  {
    value: Type.Number({
      exclusiveMinimum: 0,
      default: 1e-4,
      description: 'Learning rate at the start.',
    }),
    epochs: Type.Array(Type.Number({ exclusiveMinimum: 0 }), {
      minItems: 1,
      default: [30, 60, 90],
      description: 'Epochs after which it falls.',
    }),
    factor: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      default: 0.1,
      description: 'What is left of it each time.',
    }),
  },
  { additionalProperties: false },
);

export function createStep({ value, epochs, factor }: Static<typeof stepOptions>): Schedule {
  return {
    at: ({ step, stepsPerEpoch }) =>
      value * factor ** epochs.filter((epoch) => step / stepsPerEpoch >= epoch).length,
    observe: (_metrics, memory) => memory,
  };
}

export const step = defineComponent({
  kind: 'schedule',
  id: 'step',
  options: stepOptions,
  create: createStep,
});

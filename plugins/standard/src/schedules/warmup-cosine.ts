/** @file The schedule `warmup-cosine`: linear warm-up, then half a cosine. */
import { defineComponent } from '@dualbeat/core';
import type { Schedule } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';

export const warmupCosineOptions = Type.Object(
  {
    peak: Type.Number({
      exclusiveMinimum: 0,
      default: 1e-4,
      description: 'Learning rate at the end of the warm-up.',
    }),
    warmupEpochs: Type.Number({
      minimum: 0,
      default: 1,
      description: 'Length of the warm-up in epochs; the paper: 40 of 200 or more.',
    }),
    minimum: Type.Number({
      minimum: 0,
      default: 0,
      description: 'Learning rate at the end of the stage.',
    }),
  },
  { additionalProperties: false },
);

/** Epochs are fractional (step / stepsPerEpoch), so the rate changes at every step; step 0 gives 0 with a warm-up. */
export function createWarmupCosine(options: Static<typeof warmupCosineOptions>): Schedule {
  const { peak, warmupEpochs, minimum } = options;
  return {
    at({ step, stepsPerEpoch, epochs }) {
      const epoch = step / stepsPerEpoch;
      if (epoch < warmupEpochs) return (peak * epoch) / warmupEpochs;
      const length = epochs - warmupEpochs;
      const done = length <= 0 ? 1 : Math.min(1, (epoch - warmupEpochs) / length);
      return minimum + (peak - minimum) * 0.5 * (1 + Math.cos(Math.PI * done));
    },
    observe: (_metrics, memory) => memory,
  };
}

export const warmupCosine = defineComponent({
  kind: 'schedule',
  id: 'warmup-cosine',
  options: warmupCosineOptions,
  create: createWarmupCosine,
});

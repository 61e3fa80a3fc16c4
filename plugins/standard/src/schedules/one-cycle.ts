/** @file The schedule `one-cycle`: up to a peak and far down, both along half a cosine (Smith and Topin 2018). */
import { defineComponent } from '@dualbeat/core';
import type { Schedule } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';

export const oneCycleOptions = Type.Object(
  {
    peak: Type.Number({
      exclusiveMinimum: 0,
      default: 1e-3,
      description: 'Highest learning rate.',
    }),
    rise: Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      default: 0.3,
      description: 'Part of the stage in which it rises.',
    }),
    startFactor: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      default: 0.04,
      description: 'First rate, as a part of the peak.',
    }),
    endFactor: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 4e-6,
      description: 'Last rate, as a part of the peak.',
    }),
  },
  { additionalProperties: false },
);

export function createOneCycle(options: Static<typeof oneCycleOptions>): Schedule {
  const { peak, rise, startFactor, endFactor } = options;
  const between = (from: number, to: number, share: number): number =>
    to + (from - to) * 0.5 * (1 + Math.cos(Math.PI * share));
  return {
    at({ step, stepsPerEpoch, epochs }) {
      const done = Math.min(1, step / (stepsPerEpoch * epochs));
      return done < rise
        ? between(peak * startFactor, peak, done / rise)
        : between(peak, peak * endFactor, (done - rise) / (1 - rise));
    },
    observe: (_metrics, memory) => memory,
  };
}

export const oneCycle = defineComponent({
  kind: 'schedule',
  id: 'one-cycle',
  options: oneCycleOptions,
  create: createOneCycle,
});

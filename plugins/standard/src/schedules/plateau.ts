/** @file The schedule `plateau`: the rate falls when a metric stops improving. */
import { defineComponent } from '@dualbeat/core';
import type { Schedule } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';

export const plateauOptions = Type.Object(
  {
    value: Type.Number({
      exclusiveMinimum: 0,
      default: 1e-4,
      description: 'Learning rate at the start.',
    }),
    metric: Type.String({
      default: 'val/loss',
      description: "Metric that is watched: '<split>/<metric>'.",
    }),
    mode: Type.Enum(['min', 'max'], { default: 'min', description: 'Which way is better.' }),
    patience: Type.Integer({
      minimum: 1,
      default: 5,
      description: 'Epochs with the metric and without an improvement before it falls.',
    }),
    factor: Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      default: 0.1,
      description: 'What is left of it each time.',
    }),
    threshold: Type.Number({
      minimum: 0,
      default: 1e-4,
      description: 'Smallest relative change that counts as an improvement.',
    }),
    minimum: Type.Number({ minimum: 0, default: 0, description: 'Lowest learning rate.' }),
  },
  { additionalProperties: false },
);

type Memory = { readonly best: number | null; readonly waited: number; readonly falls: number };
const fresh: Memory = { best: null, waited: 0, falls: 0 };

/** The memory is all that it knows, so a resumed run goes on as it was. Epochs without the metric change nothing. */
export function createPlateau(options: Static<typeof plateauOptions>): Schedule {
  const { value, metric, mode, patience, factor, threshold, minimum } = options;
  const improves = (now: number, best: number | null): boolean => {
    if (best === null) return true;
    const margin = Math.abs(best) * threshold;
    return mode === 'min' ? now < best - margin : now > best + margin;
  };
  return {
    at(_position, memory) {
      const { falls } = (memory as Memory | null) ?? fresh;
      return Math.max(minimum, value * factor ** falls);
    },
    observe(metrics, memory) {
      const before = (memory as Memory | null) ?? fresh;
      const now = metrics[metric];
      if (now === undefined || Number.isNaN(now)) return before;
      if (improves(now, before.best)) return { ...before, best: now, waited: 0 };
      const waited = before.waited + 1;
      return waited < patience
        ? { ...before, waited }
        : { ...before, waited: 0, falls: before.falls + 1 };
    },
  };
}

export const plateau = defineComponent({
  kind: 'schedule',
  id: 'plateau',
  options: plateauOptions,
  create: createPlateau,
});

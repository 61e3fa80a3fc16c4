/** @file Augmentation: one random factor for the whole record. */
import { defineComponent, normalFrom } from '@dualbeat/core';
import { Type } from 'typebox';
import { affine } from '../signal/affine.ts';
import { samplesOf } from './signal-view.ts';

/**
 * Factor N(1, sigma), the paper's form (paper.md 1.2). With its sigma of 0.5, 2.3 % of the records are turned upside down
 * (a factor below 0), as in the reference code. Error: E_TRANSFORM_VIEW.
 */
export const amplitude = defineComponent({
  kind: 'transform',
  id: 'amplitude',
  options: Type.Object(
    {
      sigma: Type.Number({
        minimum: 0,
        default: 0.5,
        description: 'Standard deviation of the factor, whose mean is 1.',
      }),
    },
    { additionalProperties: false },
  ),
  create({ sigma }, { input }) {
    samplesOf(input, 'amplitude');
    return {
      output: input,
      when: 'train',
      apply(x, _fitted, random) {
        return affine(x, 0, 1 + sigma * normalFrom(random));
      },
    };
  },
});

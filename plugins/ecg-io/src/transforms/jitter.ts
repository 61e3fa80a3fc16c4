/** @file Augmentation: independent normal noise on every sample. */
import { defineComponent } from '@dualbeat/core';
import { Type } from 'typebox';
import { gaussianNoise } from '../signal/gaussian-noise.ts';
import { samplesOf } from './signal-view.ts';

/** x + noise, or x + share * x * noise as the paper's code has it (paper.md 1.2). Error: E_TRANSFORM_VIEW. */
export const jitter = defineComponent({
  kind: 'transform',
  id: 'jitter',
  options: Type.Object(
    {
      sigma: Type.Number({
        minimum: 0,
        default: 0.2,
        description:
          'Standard deviation of the noise, in the unit of the view; without unit where multiplicative.',
      }),
      multiplicative: Type.Boolean({
        default: false,
        description: "Noise in proportion to the signal: the paper's form.",
      }),
      share: Type.Number({
        minimum: 0,
        default: 0.6,
        description: 'Factor of the signal in the multiplicative form; not used otherwise.',
      }),
    },
    { additionalProperties: false },
  ),
  create({ sigma, multiplicative, share }, { input }) {
    samplesOf(input, 'jitter');
    return {
      output: input,
      when: 'train',
      apply(x, _fitted, random) {
        const out = new Float32Array(x.length);
        gaussianNoise(random, out);
        for (let i = 0; i < x.length; i++) {
          const value = x[i] as number;
          out[i] = value + sigma * (out[i] as number) * (multiplicative ? share * value : 1);
        }
        return out;
      },
    };
  },
});

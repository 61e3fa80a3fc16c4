/** @file Augmentation: phase noise in the Fourier domain. */
import { defineComponent } from '@dualbeat/core';
import { Type } from 'typebox';
import { phaseSurrogate } from '../signal/phase-surrogate.ts';
import { samplesOf } from './signal-view.ts';

const id = 'fourier-surrogate';

/** Same phases on all leads. Defaults: paper.md 1.2. Error: E_TRANSFORM_VIEW. */
export const fourierSurrogate = defineComponent({
  kind: 'transform',
  id,
  options: Type.Object(
    {
      phaseNoise: Type.Number({
        minimum: 0,
        maximum: 1,
        default: 0.075,
        description: 'Largest change of phase, in whole turns.',
      }),
      probability: Type.Number({
        minimum: 0,
        maximum: 1,
        default: 0.5,
        description: 'Share of the records that are changed.',
      }),
    },
    { additionalProperties: false },
  ),
  create({ phaseNoise, probability }, { input }) {
    const surrogate = phaseSurrogate(phaseNoise, samplesOf(input, id));
    return {
      output: input,
      when: 'train',
      apply: (x, _fitted, random) => (random() < probability ? surrogate(x, random) : x),
    };
  },
});

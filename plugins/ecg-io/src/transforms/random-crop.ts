/** @file A part of the time axis: a random one in training, the middle one in evaluation. */
import { defineComponent } from '@dualbeat/core';
import { Type } from 'typebox';
import { tooShort } from './errors.ts';
import { samplesOf } from './signal-view.ts';

const id = 'random-crop';

/**
 * One start for all leads. The view has the same length in training and evaluation, so the crop runs always; the host gives
 * evaluation `random = () => 0.5`, the middle of every draw, which is the centre crop. Errors: E_TRANSFORM_VIEW, _SHORT.
 */
export const randomCrop = defineComponent({
  kind: 'transform',
  id,
  options: Type.Object(
    { samples: Type.Integer({ minimum: 1, description: 'Samples that are kept; 2500 in MMCL.' }) },
    { additionalProperties: false },
  ),
  create({ samples: kept }, { input }) {
    const samples = samplesOf(input, id);
    if (samples < kept) throw tooShort(id, samples, kept);
    return {
      output: { ...input, shape: [...input.shape.slice(0, -1), kept] },
      when: 'always',
      apply(x, _fitted, random) {
        const start = Math.floor(random() * (samples - kept + 1));
        const rows = x.length / samples;
        const out = new Float32Array(rows * kept);
        for (let row = 0; row < rows; row++) {
          const from = row * samples + start;
          out.set(x.subarray(from, from + kept), row * kept);
        }
        return out;
      },
    };
  },
});

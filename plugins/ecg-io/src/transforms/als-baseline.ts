/** @file Baseline removal by asymmetric least squares, as in the paper's predecessor (MMCL). */
import { defineComponent } from '@dualbeat/core';
import { Type } from 'typebox';
import { removeAsymmetricBaseline } from '../signal/asymmetric-baseline.ts';
import { tooShort } from './errors.ts';
import { byRow, samplesOf } from './signal-view.ts';

const id = 'als-baseline';

/** Defaults: paper.md 1.6. Errors: E_TRANSFORM_VIEW, E_TRANSFORM_SHORT. */
export const alsBaseline = defineComponent({
  kind: 'transform',
  id,
  options: Type.Object(
    {
      lambda: Type.Number({
        exclusiveMinimum: 0,
        default: 1e7,
        description:
          'Stiffness of the baseline; made for 500 Hz, grows with the fourth power of the rate.',
      }),
      p: Type.Number({
        exclusiveMinimum: 0,
        exclusiveMaximum: 1,
        default: 0.3,
        description: 'Weight of samples above the baseline; those below have 1 - p.',
      }),
      iterations: Type.Integer({ minimum: 1, default: 5, description: 'Weighted fits in a row.' }),
    },
    { additionalProperties: false },
  ),
  create(options, { input }) {
    const samples = samplesOf(input, id);
    if (samples < 3) throw tooShort(id, samples, 3);
    return byRow(input, samples, removeAsymmetricBaseline(options, samples));
  },
});

/** @file Zero-phase Butterworth high-pass, the paper's first filter (removes baseline wander). */
import { defineComponent } from '@dualbeat/core';
import { Type } from 'typebox';
import { butterworthHighpass } from '../signal/butterworth.ts';
import { badFrequency } from './errors.ts';
import { orderOption, zeroPhaseTransform } from './filter-options.ts';
import { samplingHzOf } from './signal-view.ts';

const id = 'highpass';

/** Golden values: paper.md 5.8. Errors: E_TRANSFORM_VIEW, _SAMPLING, _FREQUENCY, _SHORT. */
export const highpass = defineComponent({
  kind: 'transform',
  id,
  options: Type.Object(
    {
      cutoffHz: Type.Number({
        exclusiveMinimum: 0,
        default: 0.5,
        description: 'Frequency in Hz where one pass has -3 dB; both passes together have -6 dB.',
      }),
      order: orderOption,
    },
    { additionalProperties: false },
  ),
  create({ cutoffHz, order }, { input }) {
    const samplingHz = samplingHzOf(input, id);
    if (cutoffHz >= samplingHz / 2)
      throw badFrequency(id, `a cut-off of ${cutoffHz} Hz`, samplingHz);
    return zeroPhaseTransform(id, input, butterworthHighpass(order, cutoffHz, samplingHz));
  },
});

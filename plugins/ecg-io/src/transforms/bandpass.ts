/** @file Zero-phase Butterworth band-pass. */
import { defineComponent } from '@dualbeat/core';
import { Type } from 'typebox';
import { butterworthBandpass } from '../signal/butterworth.ts';
import { badFrequency } from './errors.ts';
import { orderOption, zeroPhaseTransform } from './filter-options.ts';
import { samplingHzOf } from './signal-view.ts';

const id = 'bandpass';

/** The reference code holds this one (0.5 to 100 Hz) without using it. Errors: as `highpass`. */
export const bandpass = defineComponent({
  kind: 'transform',
  id,
  options: Type.Object(
    {
      lowHz: Type.Number({ exclusiveMinimum: 0, default: 0.5, description: 'Lower edge in Hz.' }),
      highHz: Type.Number({ exclusiveMinimum: 0, default: 100, description: 'Upper edge in Hz.' }),
      order: orderOption,
    },
    { additionalProperties: false },
  ),
  create({ lowHz, highHz, order }, { input }) {
    const samplingHz = samplingHzOf(input, id);
    if (lowHz >= highHz || highHz >= samplingHz / 2) {
      throw badFrequency(id, `a band of ${lowHz} to ${highHz} Hz`, samplingHz);
    }
    return zeroPhaseTransform(id, input, butterworthBandpass(order, lowHz, highHz, samplingHz));
  },
});

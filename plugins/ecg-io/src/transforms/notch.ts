/** @file Zero-phase notch against mains hum, the paper's second filter. */
import { defineComponent } from '@dualbeat/core';
import { Type } from 'typebox';
import { notch as notchSection } from '../signal/notch.ts';
import { badFrequency } from './errors.ts';
import { zeroPhaseTransform } from './filter-options.ts';
import { samplingHzOf } from './signal-view.ts';

const id = 'notch';

/** Golden values: paper.md 5.8. Errors: as `highpass`. */
export const notch = defineComponent({
  kind: 'transform',
  id,
  options: Type.Object(
    {
      frequencyHz: Type.Number({
        exclusiveMinimum: 0,
        default: 60,
        description:
          'Frequency in Hz that is removed. 60 is what the paper used, on recordings from the UK, where mains is 50 Hz: set 50 for recordings from Europe.',
      }),
      quality: Type.Number({
        exclusiveMinimum: 0,
        default: 40,
        description: 'Frequency over the -3 dB width of one pass.',
      }),
    },
    { additionalProperties: false },
  ),
  create({ frequencyHz, quality }, { input }) {
    const samplingHz = samplingHzOf(input, id);
    if (frequencyHz >= samplingHz / 2) {
      throw badFrequency(id, `a notch at ${frequencyHz} Hz`, samplingHz);
    }
    return zeroPhaseTransform(id, input, [notchSection(frequencyHz, quality, samplingHz)]);
  },
});

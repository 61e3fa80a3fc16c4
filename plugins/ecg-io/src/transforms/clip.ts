/** @file Cutting off outliers before filters spread them. */
import { defineComponent } from '@dualbeat/core';
import { Type } from 'typebox';
import { moments } from '../signal/moments.ts';
import { samplesOf } from './signal-view.ts';

/** Limits at +- `std` standard deviations of the whole record around zero, as in MMCL (paper.md 1.6). Error: E_TRANSFORM_VIEW. */
export const clip = defineComponent({
  kind: 'transform',
  id: 'clip',
  options: Type.Object(
    {
      std: Type.Number({
        exclusiveMinimum: 0,
        default: 4,
        description:
          'Limit in standard deviations of the record; values beyond +- the limit become the limit.',
      }),
    },
    { additionalProperties: false },
  ),
  create({ std }, { input }) {
    samplesOf(input, 'clip');
    return {
      output: input,
      when: 'always',
      apply(x) {
        const limit = std * moments(x).std;
        return x.map((v) => Math.min(limit, Math.max(-limit, v)));
      },
    };
  },
});

/** @file Savitzky-Golay smoothing, the paper's third filter. */
import { defineComponent } from '@dualbeat/core';
import { Type } from 'typebox';
import { savitzkyGolay } from '../signal/savitzky-golay.ts';
import { badWindow, tooShort } from './errors.ts';
import { byRow, samplesOf } from './signal-view.ts';

const id = 'savgol';

/** Golden values: paper.md 5.8. Errors: E_TRANSFORM_VIEW, _WINDOW, _SHORT. */
export const savgol = defineComponent({
  kind: 'transform',
  id,
  options: Type.Object(
    {
      window: Type.Integer({ minimum: 3, default: 15, description: 'Samples in the window; odd.' }),
      order: Type.Integer({ minimum: 0, default: 3, description: 'Order of the polynomial.' }),
    },
    { additionalProperties: false },
  ),
  create({ window, order }, { input }) {
    const samples = samplesOf(input, id);
    if (window % 2 === 0 || order >= window) throw badWindow(id, window, order);
    if (samples < window) throw tooShort(id, samples, window);
    return byRow(input, samples, savitzkyGolay(window, order, samples));
  },
});

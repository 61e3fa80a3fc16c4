/** @file Augmentation: a random part in plane; the middle one in evaluation. */
import { defineComponent } from '@dualbeat/core';
import { Type } from 'typebox';
import { middleOf, resample } from '../volume/resample.ts';
import { perChannel, shapeOf, unitSpacing } from './volume-view.ts';

const id = 'cmr-random-crop';

/**
 * The volume has the same size in training and evaluation, so the crop runs always; evaluation draws 0.5, the middle of every draw,
 * which is the centre crop. The same for all phases (see `cmr-flip`). Error: E_TRANSFORM_VIEW.
 */
export const randomCrop = defineComponent({
  kind: 'transform',
  id,
  options: Type.Object(
    {
      rows: Type.Integer({ minimum: 1, maximum: 4096, description: 'Rows that are kept.' }),
      columns: Type.Integer({ minimum: 1, maximum: 4096, description: 'Columns that are kept.' }),
    },
    { additionalProperties: false },
  ),
  create({ rows, columns }, { input }) {
    const shape = shapeOf(input, id);
    const size = [shape.slices, rows, columns] as const;
    return {
      output: { ...input, shape: [...size, shape.channels] },
      when: 'always',
      apply: perChannel(shape, unitSpacing, (volume, random) => {
        const start = (own: number, kept: number) => {
          const free = own - kept;
          // A target that is larger pads evenly and draws nothing of use.
          return free <= 0
            ? Math.ceil(free / 2)
            : Math.min(Math.floor(random() * (free + 1)), free);
        };
        const [top, left] = [start(shape.rows, rows), start(shape.columns, columns)];
        const centre = [
          middleOf(volume)[0],
          top + (rows - 1) / 2,
          left + (columns - 1) / 2,
        ] as const;
        return resample(volume, { size, spacing: unitSpacing, centre, by: 'nearest' }).values;
      }),
    };
  },
});

/** @file Volumes cut or padded to a size. */
import { defineComponent } from '@dualbeat/core';
import { Type } from 'typebox';
import { centreOfIntensity } from '../volume/centre.ts';
import { middleOf, resample } from '../volume/resample.ts';
import { perChannel, shapeOf, unitSpacing } from './volume-view.ts';

const id = 'cmr-crop';
const extent = (what: string) =>
  Type.Optional(
    Type.Integer({ minimum: 1, maximum: 4096, description: `${what}; not given: as they are.` }),
  );

/**
 * Whole voxels: nothing is interpolated. What lies outside the volume is 0. A crop by the box of a segmentation is the cohort's, which
 * has the labels. Error: E_TRANSFORM_VIEW.
 */
export const crop = defineComponent({
  kind: 'transform',
  id,
  options: Type.Object(
    {
      slices: extent('Slices of the result'),
      rows: extent('Rows of the result; 85 in the paper'),
      columns: extent('Columns of the result; 92 in the paper'),
      by: Type.Enum(['centre', 'intensity'], {
        default: 'centre',
        description: 'Around the middle, or in plane around the centre of brightness.',
      }),
    },
    { additionalProperties: false },
  ),
  create(options, { input }) {
    const shape = shapeOf(input, id);
    const { slices = shape.slices, rows = shape.rows, columns = shape.columns, by } = options;
    const size = [slices, rows, columns] as const;
    const own = [shape.slices, shape.rows, shape.columns] as const;
    return {
      output: { ...input, shape: [...size, shape.channels] },
      when: 'always',
      apply: perChannel(shape, unitSpacing, (volume) => {
        const around = by === 'centre' ? middleOf(volume) : centreOfIntensity(volume);
        const centre = around.map((at, axis) => {
          const half = ((size[axis] as number) - 1) / 2;
          // An axis that is kept whole is not moved; a first voxel is a whole one.
          if (size[axis] === own[axis]) return half;
          return Math.floor(at - half + 0.5 - 1e-9) + half;
        }) as [number, number, number];
        return resample(volume, { size, spacing: unitSpacing, centre, by: 'nearest' }).values;
      }),
    };
  },
});

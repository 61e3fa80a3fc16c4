/** @file Volumes to another spacing or number of slices. */
import { defineComponent } from '@dualbeat/core';
import { Type } from 'typebox';
import { resample as onGrid } from '../volume/resample.ts';
import { perChannel, shapeOf, spacingOf } from './volume-view.ts';

const id = 'cmr-resample';
const mm = (what: string) =>
  Type.Optional(
    Type.Number({
      minimum: 0.05,
      maximum: 100,
      description: `${what} in mm; not given: as it is.`,
    }),
  );

/** Covers the same part of the body; linear interpolation. Errors: E_TRANSFORM_VIEW, _SPACING. */
export const resample = defineComponent({
  kind: 'transform',
  id,
  options: Type.Object(
    {
      spacing: mm('Distance of rows and of columns'),
      sliceSpacing: mm('Distance of slices'),
      slices: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 512,
          description:
            'Number of slices around the middle one; not given: as many as cover the volume.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  create({ spacing, sliceSpacing, slices }, { input }) {
    const shape = shapeOf(input, id);
    const from = spacingOf(input, id);
    const to = {
      slice: sliceSpacing ?? from.slice,
      row: spacing ?? from.row,
      column: spacing ?? from.column,
    };
    const covering = (n: number, was: number, is: number) =>
      Math.max(1, Math.round((n * was) / is - 1e-9));
    const size = [
      slices ?? covering(shape.slices, from.slice, to.slice),
      covering(shape.rows, from.row, to.row),
      covering(shape.columns, from.column, to.column),
    ] as const;
    const at = [to.slice, to.row, to.column];
    const axes = input.axes.map((axis, i) =>
      i < 3 ? { ...axis, spacing: at[i] as number } : axis,
    );
    return {
      output: { ...input, shape: [...size, shape.channels], axes },
      when: 'always',
      apply: perChannel(
        shape,
        from,
        (volume) => onGrid(volume, { size, spacing: to, by: 'linear' }).values,
      ),
    };
  },
});

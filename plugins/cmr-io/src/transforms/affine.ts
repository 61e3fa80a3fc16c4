/** @file Augmentation: rotation, scale and shift in plane. */
import { defineComponent } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Volume } from '../cine-volume.ts';
import { perChannel, shapeOf, unitSpacing } from './volume-view.ts';

const id = 'cmr-affine';
const most = (value: number, maximum: number, description: string) =>
  Type.Number({ minimum: 0, maximum, default: value, description });

/** The same for all slices, and for all phases (see `cmr-flip`). Linear interpolation, 0 outside. Error: E_TRANSFORM_VIEW. */
export const affine = defineComponent({
  kind: 'transform',
  id,
  options: Type.Object(
    {
      degrees: most(15, 180, 'Largest rotation in degrees, either way.'),
      scale: most(0.1, 0.9, 'Largest change of size, either way: 0.1 is 90 % to 110 %.'),
      shift: most(0, 0.5, 'Largest shift of rows and of columns, as a share of their number.'),
    },
    { additionalProperties: false },
  ),
  create({ degrees, scale, shift }, { input }) {
    const shape = shapeOf(input, id);
    return {
      output: input,
      when: 'train',
      apply: perChannel(shape, unitSpacing, (volume, random) => {
        const between = (limit: number) => (2 * random() - 1) * limit;
        const angle = (between(degrees) * Math.PI) / 180;
        const size = 1 + between(scale);
        const down = between(shift) * shape.rows;
        const right = between(shift) * shape.columns;
        return moved(volume, {
          cos: Math.cos(angle) / size,
          sin: Math.sin(angle) / size,
          down,
          right,
        });
      }),
    };
  },
});

type Move = {
  readonly cos: number;
  readonly sin: number;
  readonly down: number;
  readonly right: number;
};

function moved({ slices, rows, columns, values }: Volume, { cos, sin, down, right }: Move) {
  const out = new Float32Array(values.length);
  const [middle, centre] = [(rows - 1) / 2, (columns - 1) / 2];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [y, x] = [row - middle - down, column - centre - right];
      const [r, c] = [middle + cos * y - sin * x, centre + sin * y + cos * x];
      const [r0, c0] = [Math.floor(r), Math.floor(c)];
      if (r0 < -1 || c0 < -1 || r0 >= rows || c0 >= columns) continue;
      const [dr, dc] = [r - r0, c - c0];
      for (let slice = 0; slice < slices; slice++) {
        const start = slice * rows * columns;
        const at = (i: number, j: number) =>
          i < 0 || j < 0 || i >= rows || j >= columns
            ? 0
            : (values[start + i * columns + j] as number);
        out[start + row * columns + column] =
          (1 - dr) * ((1 - dc) * at(r0, c0) + dc * at(r0, c0 + 1)) +
          dr * ((1 - dc) * at(r0 + 1, c0) + dc * at(r0 + 1, c0 + 1));
      }
    }
  }
  return out;
}

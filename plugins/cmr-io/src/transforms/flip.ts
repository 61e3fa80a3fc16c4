/** @file Augmentation: mirroring in plane. */
import { defineComponent } from '@dualbeat/core';
import { Type } from 'typebox';
import { shapeOf } from './volume-view.ts';

const id = 'cmr-flip';
const chance = (value: number, description: string) =>
  Type.Number({ minimum: 0, maximum: 1, default: value, description });

/**
 * Shared over phases: the host draws from a stream of the transform's place and id at the row, so the same transform at the same place in
 * the chains of ed and es draws the same (the published code draws them independently, defect D7). A flip shows an anatomy
 * that does not exist: left and right are exchanged. Error: E_TRANSFORM_VIEW.
 */
export const flip = defineComponent({
  kind: 'transform',
  id,
  options: Type.Object(
    {
      columns: chance(0.5, 'Chance that columns are mirrored (left and right of the image).'),
      rows: chance(0, 'Chance that rows are mirrored.'),
    },
    { additionalProperties: false },
  ),
  create(options, { input }) {
    const { rows, columns, channels } = shapeOf(input, id);
    return {
      output: input,
      when: 'train',
      apply(x, _fitted, random) {
        const across = random() < options.columns;
        const down = random() < options.rows;
        const out = new Float32Array(x.length);
        for (let i = 0; i < x.length; i += channels) {
          const voxel = i / channels;
          const column = voxel % columns;
          const line = Math.floor(voxel / columns);
          const row = line % rows;
          const to =
            (line - row + (down ? rows - 1 - row : row)) * columns +
            (across ? columns - 1 - column : column);
          for (let c = 0; c < channels; c++) out[to * channels + c] = x[i + c] as number;
        }
        return out;
      },
    };
  },
});

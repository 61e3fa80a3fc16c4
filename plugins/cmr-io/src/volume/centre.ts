/** @file Where to crop: by the box of a segmentation, or by intensity. */
import type { Volume } from '../cine-volume.ts';
import type { Centre } from './resample.ts';
import { middleOf } from './resample.ts';

/** Of voxels that `take` holds: first and last slice, row and column, inclusive; null: there is none. */
export type Box = { readonly from: Centre; readonly to: Centre };

/** The box of all labels but 0. */
export function boxOf(labels: Volume, take = (label: number): boolean => label !== 0): Box | null {
  const { rows, columns, values } = labels;
  const from: [number, number, number] = [Infinity, Infinity, Infinity];
  const to: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    if (!take(values[i] as number)) continue;
    const at = [Math.floor(i / (rows * columns)), Math.floor(i / columns) % rows, i % columns];
    at.forEach((value, axis) => {
      if (value < (from[axis] as number)) from[axis] = value;
      if (value > (to[axis] as number)) to[axis] = value;
    });
  }
  return to[0] === -Infinity ? null : { from, to };
}

export const centreOfBox = ({ from, to }: Box): Centre => [
  (from[0] + to[0]) / 2,
  (from[1] + to[1]) / 2,
  (from[2] + to[2]) / 2,
];

/**
 * Centre of the brightness above the mean, by row and column; slices at their middle. The blood pools are bright, but so is fat: a segmentation
 * is better where there is one. A volume of one value gives its middle.
 */
export function centreOfIntensity(volume: Volume): Centre {
  const { rows, columns, values } = volume;
  const middle = middleOf(volume);
  let mean = 0;
  for (const value of values) mean += value / values.length;
  let [sum, row, column] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const above = (values[i] as number) - mean;
    if (above <= 0) continue;
    sum += above;
    row += above * (Math.floor(i / columns) % rows);
    column += above * (i % columns);
  }
  return sum > 0 && Number.isFinite(sum) ? [middle[0], row / sum, column / sum] : middle;
}

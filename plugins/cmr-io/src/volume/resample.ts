/** @file Volumes on another grid: spacing, number of slices, size, centre. */
import type { Spacing, Volume } from '../cine-volume.ts';

/** Where the middle of the new grid lies: (slice, row, column) in voxels of the old one, voxel centres at whole numbers. */
export type Centre = readonly [number, number, number];
export type Grid = {
  readonly size: readonly [number, number, number];
  readonly spacing: Spacing;
  /** Absent: the middle of the volume. */
  readonly centre?: Centre;
  /** `linear` for images, `nearest` for labels, so that no label arises that was not there. */
  readonly by: 'linear' | 'nearest';
};

/** The middle of the volume. */
export const middleOf = ({ slices, rows, columns }: Omit<Volume, 'values' | 'spacing'>): Centre => [
  (slices - 1) / 2,
  (rows - 1) / 2,
  (columns - 1) / 2,
];

/**
 * Linear interpolation along each axis, or the nearest voxel; up to half a voxel outside the outermost centres hold their value, beyond
 * is 0 (the padding). Slices that were not imaged are interpolated from those that were. With the spacing and the parity of
 * the volume this is an exact crop or pad. Positions of slices that lie unevenly are honoured.
 */
export function resample(volume: Volume, grid: Grid): Volume {
  const centre = grid.centre ?? middleOf(volume);
  const { spacing: from } = volume;
  const { spacing: to, by } = grid;
  const [slices, rows, columns] = grid.size;
  const along = (n: number, size: number, middle: number, step: number) =>
    taps(
      n,
      Array.from({ length: size }, (_, i) => middle + (i - (size - 1) / 2) * step),
      by,
    );
  const across = sliceTaps(volume, slices, centre[0], to.slice, by);
  const down = along(volume.rows, rows, centre[1], to.row / from.row);
  const right = along(volume.columns, columns, centre[2], to.column / from.column);
  const out = new Float32Array(slices * rows * columns);
  let at = 0;
  for (const s of across) {
    for (const r of down) {
      for (const c of right) {
        let sum = 0;
        for (const [i, a] of s)
          for (const [j, b] of r)
            for (const [k, d] of c)
              sum +=
                a * b * d * (volume.values[(i * volume.rows + j) * volume.columns + k] as number);
        out[at++] = sum;
      }
    }
  }
  return { slices, rows, columns, spacing: to, values: out };
}

type Tap = readonly (readonly [number, number])[];

/** What each point takes from the `n` voxels; nothing outside. */
function taps(n: number, points: readonly number[], by: Grid['by']): Tap[] {
  return points.map((point): Tap => {
    // A grid of another parity meets the edge at half a voxel: rounding must not decide there.
    if (point < -0.5 - 1e-9 || point > n - 0.5 - 1e-9) return [];
    const held = Math.min(Math.max(point, 0), n - 1);
    if (by === 'nearest') return [[Math.min(Math.floor(held + 0.5 - 1e-9), n - 1), 1]];
    const low = Math.floor(held + 1e-9);
    const share = held - low;
    return share < 1e-9 || low + 1 >= n
      ? [[low, 1]]
      : [
          [low, 1 - share],
          [low + 1, share],
        ];
  });
}

function sliceTaps(
  volume: Volume,
  size: number,
  middle: number,
  step: number,
  by: Grid['by'],
): Tap[] {
  const { slices, spacing, present } = volume;
  const positions = volume.positions ?? Array.from({ length: slices }, (_, i) => i * spacing.slice);
  const there = positions.flatMap((_, i) => (present?.[i] === 0 ? [] : [i]));
  if (there.length === 0) return Array.from({ length: size }, () => []);
  const low = Math.floor(middle);
  const known = (i: number) => {
    const held = Math.min(Math.max(i, 0), slices - 1);
    return (positions[held] as number) + (i - held) * spacing.slice;
  };
  const mm = known(low) + (middle - low) * (known(low + 1) - known(low));
  return Array.from({ length: size }, (_, i): Tap => {
    const at = mm + (i - (size - 1) / 2) * step;
    const after = there.findIndex((slice) => (positions[slice] as number) >= at - 1e-6);
    const [first, last] = [there[0] as number, there[there.length - 1] as number];
    if (after <= 0) {
      const [edge, by1] =
        after === 0
          ? [first, (positions[first] as number) - at]
          : [last, at - (positions[last] as number)];
      return by1 <= spacing.slice / 2 - 1e-6 || Math.abs(by1) < 1e-6 ? [[edge, 1]] : [];
    }
    const [a, b] = [there[after - 1] as number, there[after] as number];
    const share =
      (at - (positions[a] as number)) / ((positions[b] as number) - (positions[a] as number));
    if (share > 1 - 1e-6) return [[b, 1]];
    if (by === 'nearest' || share < 1e-6) return [[share > 0.5 ? b : a, 1]];
    return [
      [a, 1 - share],
      [b, share],
    ];
  });
}

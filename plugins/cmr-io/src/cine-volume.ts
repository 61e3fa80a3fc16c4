/** @file The neutral cine volume: what every reader of images gives, whatever the file was. */
import type { Named } from '@dualbeat/core';

/** mm between slice centres, between rows, between columns. */
export type Spacing = { readonly slice: number; readonly row: number; readonly column: number };

/** One frame: `values` [slices, rows, columns]. Images and labels alike. */
export type Volume = {
  readonly slices: number;
  readonly rows: number;
  readonly columns: number;
  readonly spacing: Spacing;
  readonly values: Float32Array;
  /** Slice centres in mm along the normal, ascending; absent: one spacing apart. */
  readonly positions?: readonly number[];
  /** 1 where the slice was imaged; absent: all were. Values of others are 0. */
  readonly present?: Uint8Array;
};

/** Frames over the heart cycle: `values` [frames, slices, rows, columns]. */
export type CineVolume = {
  readonly frames: number;
  readonly slices: number;
  readonly rows: number;
  readonly columns: number;
  readonly spacing: Spacing;
  readonly values: Float32Array;
  /** Slice centres in mm along the normal, ascending. */
  readonly positions: readonly number[];
  /** mm between neighbouring slices that are not imaged (spacing less thickness, 0 at least); null: not told. */
  readonly sliceGap: number | null;
  /** [frames, slices]: 1 where there is an image. */
  readonly present: Uint8Array;
  /** Place of each frame in the heart cycle, from 0; 0 to frames - 1 where all frames are there. */
  readonly frameNumbers: readonly number[];
  /** Frames of the whole cycle. */
  readonly cycle: number;
  /** ms after the R wave per frame, mean over slices; null: not told. */
  readonly frameTimes: readonly number[] | null;
  /** Rows x, y, z of the matrix from (column, row, slice, 1) to patient mm (right, anterior, superior positive); null: not told. */
  readonly affine: readonly number[] | null;
  readonly facts: Named<string | number | null>;
  readonly flags: readonly string[];
};

/** Frame `frame` of a cine; shares its memory. */
export function frameOf(cine: CineVolume, frame: number): Volume {
  const size = cine.slices * cine.rows * cine.columns;
  return {
    slices: cine.slices,
    rows: cine.rows,
    columns: cine.columns,
    spacing: cine.spacing,
    positions: cine.positions,
    values: cine.values.subarray(frame * size, (frame + 1) * size),
    present: cine.present.subarray(frame * cine.slices, (frame + 1) * cine.slices),
  };
}

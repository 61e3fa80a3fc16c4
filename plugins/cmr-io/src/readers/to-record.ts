/** @file A cine volume to a reader's record: one frame, or all with an axis more. */
import type { Reader, ReaderRecord, ViewSpec } from '@dualbeat/core';
import type { CineVolume, Spacing } from '../cine-volume.ts';
import { phaseOf } from '../phases.ts';

/** A reader that says which files make a record: all of them count in a digest. */
export type ReaderOfFiles = Reader & { files(path: string): Promise<readonly string[]> };

/** [slices, rows, columns, 1] in arbitrary units. */
export function volumeView(
  [slices, rows, columns]: readonly [number, number, number],
  spacing: Spacing,
): ViewSpec {
  return {
    shape: [slices, rows, columns, 1],
    dtype: 'float32',
    axes: [
      { name: 'slice', spacing: spacing.slice, unit: 'mm' },
      { name: 'row', spacing: spacing.row, unit: 'mm' },
      { name: 'column', spacing: spacing.column, unit: 'mm' },
      { name: 'channel' },
    ],
    unit: 'a.u.',
  };
}

/** `frame`: number in the heart cycle, or 'all' for a first axis more. Error: E_CMR_FRAME. */
export function toRecord(
  id: string,
  cine: CineVolume,
  frame: number | 'all',
  where: string,
): ReaderRecord {
  const one = volumeView([cine.slices, cine.rows, cine.columns], cine.spacing);
  const gap = cine.sliceGap === null ? [] : [`slice gap ${cine.sliceGap} mm`];
  const record = { id, facts: cine.facts, flags: [...cine.flags, ...gap] };
  if (frame !== 'all')
    return { ...record, view: one, values: phaseOf(cine, frame, where).values.slice() };
  const view = {
    ...one,
    shape: [cine.frames, ...one.shape],
    axes: [{ name: 'frame', labels: cine.frameNumbers.map(String) }, ...one.axes],
  };
  return { ...record, view, values: cine.values };
}

/** @file Volume of a label by the summation of discs ("Simpson's rule" of CMR): slice areas times the extent that each stands for. */
import type { Volume } from '../cine-volume.ts';

/** mm that each slice stands for; 0 for slices that were not imaged, whose extent its neighbours share. */
export function sliceExtents(volume: Volume): number[] {
  const { slices, spacing, present } = volume;
  const positions = volume.positions ?? Array.from({ length: slices }, (_, i) => i * spacing.slice);
  const there = positions.flatMap((at, i) => (present?.[i] === 0 ? [] : [{ at, i }]));
  const extents = positions.map(() => 0);
  there.forEach(({ at, i }, k) => {
    const [before, after] = [there[k - 1]?.at, there[k + 1]?.at];
    // The outermost slices reach as far out as half a spacing: nothing is known of what lies beyond.
    const down = before === undefined ? spacing.slice / 2 : (at - before) / 2;
    const up = after === undefined ? spacing.slice / 2 : (after - at) / 2;
    extents[i] = down + up;
  });
  return extents;
}

/** Voxels of the label per slice. */
export function countBySlice(volume: Volume, label: number): number[] {
  const size = volume.rows * volume.columns;
  return Array.from({ length: volume.slices }, (_, slice) => {
    let count = 0;
    for (let i = slice * size; i < (slice + 1) * size; i++) if (volume.values[i] === label) count++;
    return count;
  });
}

/** mL. Gaps between slices count: a slice stands for the whole distance between centres, as in the clinical method. */
export function volumeOf(volume: Volume, label: number): number {
  const area = volume.spacing.row * volume.spacing.column;
  const extents = sliceExtents(volume);
  return countBySlice(volume, label).reduce(
    (sum, count, slice) => sum + (count * area * (extents[slice] as number)) / 1000,
    0,
  );
}

/** @file DICOM images to one cine: slices by position, frames by their place in the heart cycle. */
import type { CineVolume } from '../cine-volume.ts';
import * as errors from '../errors.ts';
import { MAX_VALUES } from '../limits.ts';
import type { DicomImage } from './dicom-image.ts';
import { frameNumbersOf } from './frame-numbers.ts';
import { slicesOf } from './slice-grid.ts';

/**
 * The largest set of images in one plane (short axis among long-axis and scout images); what is left out is flagged. Slices
 * are ordered along the normal, one that the spacing shows to be missing is there with no image; frames of different slices
 * meet by their index in the cycle, not by trigger time, which differs by slice. Of an image acquired twice the later
 * series counts. Errors: E_CMR_NO_IMAGES, E_CMR_LIMIT.
 */
export function assembleCine(images: readonly DicomImage[], where: string): CineVolume {
  const flags: string[] = [];
  const plane = largestPlane(images);
  const first = plane[0];
  if (first === undefined) throw errors.noImages(where, 'MR image');
  if (plane.length < images.length)
    flags.push(`left out: ${images.length - plane.length} images of other planes or sizes`);
  const grid = slicesOf(plane, flags);
  const numbered = frameNumbersOf(grid.images, flags);
  const frameNumbers = [...new Set(numbered.images.map(({ frame }) => frame))].sort(
    (a, b) => a - b,
  );
  const [frames, slices, { rows, columns }] = [frameNumbers.length, grid.positions.length, first];
  const size = rows * columns;
  if (frames * slices * size > MAX_VALUES)
    throw errors.limit(where, `${frames * slices * size} values`, `${MAX_VALUES} values`);
  const values = new Float32Array(frames * slices * size);
  const present = new Uint8Array(frames * slices);
  const times = frameNumbers.map(() => ({ sum: 0, count: 0 }));
  for (const { image, slice, frame } of numbered.images) {
    const at = frameNumbers.indexOf(frame);
    present[at * slices + slice] = 1;
    image.pixels(values, (at * slices + slice) * size);
    const time = times[at] as { sum: number; count: number };
    if (image.triggerTime !== null) {
      time.sum += image.triggerTime;
      time.count++;
    }
  }
  const absent = present.reduce((count, there) => count + (there === 0 ? 1 : 0), 0);
  if (absent > 0) flags.push(`missing: ${absent} of ${present.length} images of slice and frame`);
  const mean = (list: readonly (number | null)[]): number | null => {
    const there = list.filter((value) => value !== null);
    return there.length === 0 ? null : there.reduce((a, b) => a + b, 0) / there.length;
  };
  return {
    ...{ frames, slices, rows, columns, values, present, frameNumbers, flags },
    cycle: numbered.cycle,
    spacing: { slice: grid.spacing, row: first.spacing[0], column: first.spacing[1] },
    positions: grid.positions,
    sliceGap:
      first.thickness === null ? null : Math.max(0, round(grid.spacing - first.thickness, 1e3)),
    frameTimes: times.every(({ count }) => count > 0)
      ? times.map(({ sum, count }) => sum / count)
      : null,
    affine: affineOf(first, grid.origin, grid.step),
    facts: { ...first.facts, heartRate: mean(plane.map(({ facts }) => facts.heartRate)) },
  };
}

function largestPlane(images: readonly DicomImage[]): DicomImage[] {
  const planes: DicomImage[][] = [];
  for (const image of images) {
    const known = planes.find(([one]) => one !== undefined && samePlane(one, image));
    if (known === undefined) planes.push([image]);
    else known.push(image);
  }
  return planes.reduce((best, plane) => (plane.length > best.length ? plane : best), []);
}

function samePlane(a: DicomImage, b: DicomImage): boolean {
  const close = (x: readonly number[], y: readonly number[], by: number) =>
    x.every((value, i) => Math.abs(value - (y[i] as number)) <= by);
  return (
    a.rows === b.rows &&
    a.columns === b.columns &&
    close(a.spacing, b.spacing, 1e-3) &&
    close(a.orientation, b.orientation, 0.01)
  );
}

/** DICOM's left and posterior are positive, those of the affine are right and anterior. */
function affineOf(image: DicomImage, origin: readonly number[], step: readonly number[]): number[] {
  const [row, column] = image.spacing;
  return [-1, -1, 1].flatMap((sign, i) =>
    [
      (image.orientation[i] as number) * column,
      (image.orientation[3 + i] as number) * row,
      step[i] as number,
      origin[i] as number,
    ].map((value) => sign * value),
  );
}

const round = (value: number, by: number) => Math.round(value * by) / by;

/** @file Volumes of the left ventricle from the contours of the Sunnybrook Cardiac Data. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MYOCARDIAL_DENSITY, fillContour, readDicomCine, volumeOf } from '@dualbeat/cmr-io';
import type { Contour, Volume } from '@dualbeat/cmr-io';
import * as errors from '../errors.ts';

export type SunnybrookPatient = {
  /** Folder of its DICOM files below `dicoms`. */
  readonly patient: string;
  /** Folder of its contours below `contourfiles`. */
  readonly original: string;
  /** Frames of the cycle, and which of them, from 1, are ED and ES; from phases.csv. */
  readonly phases: number;
  readonly ed: number;
  readonly es: number;
};
/** mL, % and g; LVM from the outer contours at ED, null where there are none. */
export type ContourVolumes = {
  readonly LVEDV: number;
  readonly LVESV: number;
  readonly LVEF: number;
  readonly LVM: number | null;
};

/**
 * Image n is slice (n - 1) div phases, phase (n - 1) mod phases + 1. Pixels whose centre lies inside count. A slice without a contour holds
 * no ventricle. Errors: E_SUNNYBROOK_CONTOURS, E_CMR_*.
 */
export async function contourVolumes(
  root: string,
  { patient, original, phases, ed, es }: SunnybrookPatient,
): Promise<ContourVolumes> {
  const cine = await readDicomCine(join(root, 'dicoms', patient));
  const { slices, rows, columns, spacing } = cine;
  const labelled = async (kind: 'i' | 'o', phase: number): Promise<Volume> => {
    const folder = join(root, 'contourfiles', original, `${kind}-contours`);
    const shown = `${original}/${kind}-contours`;
    const names = await readdir(folder).catch((error: unknown) => {
      throw errors.contoursUnclear(shown, 'the folder cannot be read', error);
    });
    const values = new Float32Array(slices * rows * columns);
    for (const name of names) {
      const found = /^IM-\d+-(\d+)-[io]contour-manual\.txt$/.exec(name);
      const index = Number(found?.[1] ?? 0) - 1;
      if (index < 0 || (index % phases) + 1 !== phase) continue;
      const slice = Math.floor(index / phases);
      if (slice >= slices)
        throw errors.contoursUnclear(`${shown}/${name}`, `there is no slice ${slice}`);
      const text = await readFile(join(folder, name), 'utf8');
      const image = values.subarray(slice * rows * columns, (slice + 1) * rows * columns);
      fillContour(parseContour(text, `${shown}/${name}`), image, { rows, columns }, 1);
    }
    // All slices are one spacing apart, so the order in which the scanner took them does not matter.
    return { slices, rows, columns, spacing, values };
  };
  const LVEDV = volumeOf(await labelled('i', ed), 1);
  const LVESV = volumeOf(await labelled('i', es), 1);
  if (!(LVEDV > 0))
    throw errors.contoursUnclear(`${original}/i-contours`, `there is none of phase ${ed}`);
  const outer = volumeOf(await labelled('o', ed), 1);
  return {
    ...{ LVEDV, LVESV },
    LVEF: (100 * (LVEDV - LVESV)) / LVEDV,
    LVM: outer > LVEDV ? (outer - LVEDV) * MYOCARDIAL_DENSITY : null,
  };
}

/** Lines of 'x y' in pixels. Error: E_SUNNYBROOK_CONTOURS. */
export function parseContour(text: string, file: string): Contour {
  const points = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const good = points.every(
    (point) => point.length === 2 && point.every((v) => Number.isFinite(v) && Math.abs(v) < 1e4),
  );
  if (!good || points.length < 3)
    throw errors.contoursUnclear(file, 'it is no list of three or more points "x y"');
  return points as unknown as Contour;
}

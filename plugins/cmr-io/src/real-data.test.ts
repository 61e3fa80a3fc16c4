import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readDicomCine } from './dicom/read-cine.ts';

const fallback = fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const root = process.env['DUALBEAT_DATA'] ?? fallback;
const here = existsSync(join(root, 'bivme')) && existsSync(join(root, 'sunnybrook'));

describe.skipIf(!here)(`DICOM cines${here ? '' : ' (skipped: the data are not there)'}`, () => {
  it('biv-me: six series, one per slice, one of them with all 25 frames', async () => {
    const cine = await readDicomCine(join(root, 'bivme/patient1'));
    expect(cine).toMatchObject({ slices: 6, rows: 208, columns: 256, frames: 25, cycle: 25 });
    const bySlice = Array.from({ length: 6 }, (_, slice) =>
      cine.frameNumbers.filter((_f, frame) => cine.present[frame * 6 + slice] === 1),
    );
    expect(bySlice.filter((frames) => frames.length === 25)).toHaveLength(1);
    expect(bySlice.filter((frames) => frames.join() === '0,9')).toHaveLength(5);
    expect(cine.spacing).toEqual({ slice: 17.7, row: 1.40625, column: 1.40625 });
    expect(cine.sliceGap).toBeCloseTo(11.7, 6);
  });

  it('Sunnybrook: one series of all slices, ED and ES by their place in the cycle of 20', async () => {
    const cine = await readDicomCine(join(root, 'sunnybrook/dicoms/SCD0000101'));
    expect(cine).toMatchObject({ slices: 12, rows: 256, columns: 256, frames: 2, cycle: 20 });
    expect(cine.frameNumbers).toEqual([7, 18]);
    expect(cine.spacing.slice).toBeCloseTo(10, 1);
    const other = await readDicomCine(join(root, 'sunnybrook/dicoms/SCD0000301'));
    expect(other).toMatchObject({ slices: 10, frames: 20, cycle: 20 });
  });
});

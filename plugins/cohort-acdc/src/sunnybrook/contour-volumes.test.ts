import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fillContour } from '@dualbeat/cmr-io';
import { contourVolumes, parseContour } from './contour-volumes.ts';

describe('contours', () => {
  it('pixels whose centre lies inside; two areas with a common border share none', () => {
    const image = new Float32Array(6 * 8);
    const square = (x0: number, x1: number) =>
      [
        [x0, 1],
        [x1, 1],
        [x1, 4],
        [x0, 4],
      ] as const;
    fillContour(square(2, 4), image, { rows: 6, columns: 8 }, 1);
    fillContour(square(4, 7), image, { rows: 6, columns: 8 }, 2);
    expect(image.filter((value) => value === 1)).toHaveLength(6);
    expect(image.filter((value) => value === 2)).toHaveLength(9);
    // Beyond the image nothing is written.
    fillContour(square(-5, 30), image, { rows: 6, columns: 8 }, 3);
    expect(image.filter((value) => value === 3)).toHaveLength(24);
  });

  it('refuses what is no contour, whole message', () => {
    expect(parseContour('1 2\n3 4\r\n5 6\n', 'x')).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(() => parseContour('1 2\n3 x\n5 6', 'A/IM-1.txt')).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_SUNNYBROOK_CONTOURS: A/IM-1.txt: it is no list of three or more points "x y". Fix: copy the contours of this patient again from their source.]`,
    );
  });
});

const fallback = fileURLToPath(new URL('../../../../../shared/data', import.meta.url));
const root = join(process.env['DUALBEAT_DATA'] ?? fallback, 'sunnybrook');
const here = existsSync(root);
type Golden = {
  readonly [patient: string]: {
    readonly original: string;
    readonly phases: number;
    readonly ed: number;
    readonly es: number;
    readonly LVEDV: number;
    readonly LVEF: number;
    readonly LVM: number;
  };
};
const golden = JSON.parse(
  readFileSync(new URL('../../test/golden/sunnybrook.json', import.meta.url), 'utf8'),
) as Golden;

describe.skipIf(!here)(`Sunnybrook${here ? '' : ' (skipped: the data are not there)'}`, () => {
  it('EF within 2 points of polygon areas, volumes and mass within 3 %', async () => {
    for (const [patient, wanted] of Object.entries(golden)) {
      const found = await contourVolumes(root, { patient, ...wanted });
      expect(Math.abs(found.LVEF - wanted.LVEF), patient).toBeLessThan(2);
      expect(Math.abs(found.LVEDV / wanted.LVEDV - 1), patient).toBeLessThan(0.03);
      expect(Math.abs(found.LVM! / wanted.LVM - 1), patient).toBeLessThan(0.03);
    }
  });
});

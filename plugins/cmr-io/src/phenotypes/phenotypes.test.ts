import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Volume } from '../cine-volume.ts';
import { frameOf } from '../cine-volume.ts';
import { readNifti } from '../readers/nifti.ts';
import { sliceExtents, volumeOf } from './label-volume.ts';
import { phenotypesOf, wallThicknessOf } from './phenotypes.ts';

/** Rings: cavity of radius `a`, wall to radius `b`, in voxels. */
function ring(a: number, b: number, slices = 3): Volume {
  const [rows, columns] = [64, 72];
  const values = Float32Array.from({ length: slices * rows * columns }, (_, i) => {
    const r = Math.hypot((Math.floor(i / columns) % rows) - 31.3, (i % columns) - 35.6);
    return r < a ? 3 : r < b ? 2 : 0;
  });
  return { slices, rows, columns, spacing: { slice: 10, row: 1.5, column: 1.5 }, values };
}

describe('phenotypes', () => {
  it('follow their definitions on rings', () => {
    const found = phenotypesOf(ring(16, 22), ring(11, 22), { heartRate: 60 });
    const disc = (radius: number) => (Math.PI * radius ** 2 * 1.5 ** 2 * 30) / 1000;
    expect(found.LVEDV! / disc(16)).toBeCloseTo(1, 2);
    expect(found.LVSV).toBeCloseTo(found.LVEDV! - found.LVESV!, 9);
    expect(found.LVEF).toBeCloseTo((100 * found.LVSV!) / found.LVEDV!, 9);
    expect(found.LVCO).toBeCloseTo(found.LVSV! * 0.06, 9);
    expect(found.LVM! / 1.05 / (disc(22) - disc(16))).toBeCloseTo(1, 2);
    expect(found.wallThickness).toBeCloseTo(6 * 1.5, 1);
    expect([found.RVEDV, found.RVEF]).toEqual([null, null]);
  });

  it('wall thickness leaves out slices where the wall is open', () => {
    const open = ring(16, 22);
    open.values.fill(0, 0, 64 * 72);
    for (let i = 0; i < 30 * 72; i++)
      if (open.values[64 * 72 + i] === 2) open.values[64 * 72 + i] = 0;
    const last = { ...ring(16, 22, 1) };
    expect(wallThicknessOf(open)).toBe(wallThicknessOf(last));
    open.values.fill(0, 2 * 64 * 72);
    expect(wallThicknessOf(open)).toBeNull();
  });

  it('a slice that was not imaged is taken as the mean of its neighbours; extents add up', () => {
    const whole = ring(16, 22, 5);
    const lacking = {
      ...whole,
      values: whole.values.slice(),
      present: Uint8Array.of(1, 1, 0, 1, 1),
    };
    lacking.values.fill(0, 2 * 64 * 72, 3 * 64 * 72);
    expect(sliceExtents(lacking)).toEqual([10, 15, 0, 15, 10]);
    expect(volumeOf(lacking, 3)).toBeCloseTo(volumeOf(whole, 3), 9);
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 2, maxLength: 12 }), (there) => {
        there[0] = true;
        there[there.length - 1] = true;
        const volume = { ...ring(1, 2, there.length), present: Uint8Array.from(there, Number) };
        const sum = sliceExtents(volume).reduce((a, b) => a + b, 0);
        expect(sum).toBeCloseTo(10 * there.length, 9);
      }),
      { numRuns: 30 },
    );
  });
});

const fallback = fileURLToPath(new URL('../../../../../shared/data', import.meta.url));
const root = join(process.env['DUALBEAT_DATA'] ?? fallback, 'acdc');
const here = existsSync(root);
type Golden = { readonly [patient: string]: { readonly [name: string]: number | string | null } };
const golden = JSON.parse(
  readFileSync(new URL('../../test/golden/acdc.json', import.meta.url), 'utf8'),
) as Golden;

describe.skipIf(!here)(`ACDC${here ? '' : ' (skipped: the data are not there)'}`, async () => {
  const measured = new Map<string, ReturnType<typeof phenotypesOf>>();
  const patients = here ? readdirSync(root).filter((name) => name.startsWith('patient')) : [];
  const measure = async (id: string) => {
    const files = readdirSync(join(root, id)).filter((name) => name.endsWith('_gt.nii.gz'));
    const [a, b] = await Promise.all(files.sort().map((name) => readNifti(join(root, id, name))));
    const [ed, es] = [frameOf(a!, 0), frameOf(b!, 0)];
    const first = readFileSync(join(root, id, 'Info.cfg'), 'utf8');
    const before = Number(/ED: (\d+)/.exec(first)?.[1]) < Number(/ES: (\d+)/.exec(first)?.[1]);
    const found = before ? phenotypesOf(ed, es) : phenotypesOf(es, ed);
    measured.set(id, found);
    return found;
  };

  it('agrees with numpy and nibabel to 1e-6 in every patient', async () => {
    expect(patients.sort()).toEqual(Object.keys(golden));
    let worst = 0;
    for (const id of patients) {
      const found: { readonly [name: string]: number | null } = await measure(id);
      for (const [name, value] of Object.entries(golden[id]!)) {
        if (typeof value === 'string') continue;
        if (value === null) expect(found[name], `${id} ${name}`).toBeNull();
        else worst = Math.max(worst, Math.abs(found[name]! - value) / Math.abs(value));
      }
    }
    expect(worst).toBeLessThan(1e-6);
  });

  it('EF by group: DCM < MINF < RV < NOR < HCM', () => {
    const mean = (group: string) => {
      const own = patients.filter((id) => golden[id]!['group'] === group);
      return own.reduce((sum, id) => sum + measured.get(id)!.LVEF! / own.length, 0);
    };
    const means = ['DCM', 'MINF', 'RV', 'NOR', 'HCM'].map(mean);
    expect(means).toEqual(means.toSorted((a, b) => a - b));
    expect(means.map(Math.round)).toMatchInlineSnapshot(`
      [
        19,
        36,
        58,
        63,
        64,
      ]
    `);
  });

  it('both in-plane axis orders are among them', async () => {
    const shapes = await Promise.all(
      ['patient001', 'patient005'].map(async (id) => {
        const { rows, columns } = await readNifti(join(root, id, `${id}_frame01.nii.gz`));
        return [rows, columns];
      }),
    );
    expect(shapes).toEqual([
      [256, 216],
      [216, 256],
    ]);
  });
});

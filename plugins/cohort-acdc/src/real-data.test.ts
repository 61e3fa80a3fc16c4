import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { at } from '@dualbeat/core';
import { describe, expect, it } from 'vitest';
import { openAcdc } from './acdc/open-acdc.ts';
import { GROUPS } from './acdc/info.ts';

const fallback = fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const root = process.env['DUALBEAT_DATA'] ?? fallback;
const here = existsSync(join(root, 'acdc'));

describe.skipIf(!here)(`ACDC${here ? '' : ' (skipped: the data are not there)'}`, () => {
  it('30 patients: views, labels, targets and parts', async () => {
    const cohort = await openAcdc(
      {
        root: 'acdc',
        ...{ slices: 6, rows: 85, columns: 92, spacing: 1.8, sliceSpacing: 10 },
        ...{ crop: 'segmentation', labels: true, cacheMegabytes: 64 },
        group: 'class',
        split: { train: 0.6, val: 0.2, test: 0.2 },
      },
      { readers: [], seed: 0, resolve: (path) => join(root, path) },
    );
    const all = await cohort.rows('all');
    expect(all).toHaveLength(30);
    const parts = await Promise.all(
      (['train', 'val', 'test'] as const).map(async (part) => {
        const { group } = await cohort.read(await cohort.rows(part), ['group']);
        return GROUPS.map((_, k) => group!.values.data.filter((g) => g === k).length);
      }),
    );
    expect(parts.map((counts) => counts.reduce((a, b) => a + b, 0))).toEqual([20, 5, 5]);
    expect(parts.every((counts) => Math.max(...counts) - Math.min(...counts) <= 1)).toBe(true);

    const some = all.filter((row) => row % 3 === 0);
    const read = await cohort.read(some, ['ed', 'es', 'ed-labels', 'es-labels', 'phenotypes']);
    const values = (name: string) => at(read, name).values.data as Float32Array;
    const size = 6 * 85 * 92;
    const voxel = (1.8 * 1.8 * 10) / 1000;
    some.forEach((_, i) => {
      const count = (name: string, label: number) => {
        const part = values(name).subarray(i * size, (i + 1) * size);
        return part.reduce((sum, value) => sum + (value === label ? 1 : 0), 0) * voxel;
      };
      const names = cohort.targets['phenotypes']!.names;
      const target = (name: string) =>
        values('phenotypes')[i * names.length + names.indexOf(name)] as number;
      // The views hold the most part of the left ventricle, and less at ES than at ED.
      const share = count('ed-labels', 3) / target('LVEDV');
      expect(share, `row ${i}`).toBeGreaterThan(0.5);
      expect(share, `row ${i}`).toBeLessThan(1.15);
      expect(count('es-labels', 3)).toBeLessThan(count('ed-labels', 3));
    });
    expect([...values('ed')].every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
    const { mean } = cohort.targets['phenotypes']!;
    expect(mean[0]).toBeGreaterThan(100);
    expect(cohort.digest).toMatch(/^[0-9a-f]{64}$/);
  });
});

/** @file The files cohort on the real records of the data folder. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import type { HostMasked } from '@dualbeat/core';
import { standardLeads, wfdb } from '@dualbeat/ecg-io';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { openFiles } from './open-files.ts';
import { filesOptions } from './options.ts';
import type { FilesOptions } from './options.ts';

const beside = fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const data = process.env['DUALBEAT_DATA'] ?? beside;
const open = async (options: Partial<FilesOptions>) =>
  openFiles(Value.Default(filesOptions, { ...options }) as FilesOptions, {
    readers: [await wfdb.create(Value.Default(wfdb.options, { amplitude: 'auto' }) as never, null)],
    seed: 0,
    resolve: (path) => join(data, path),
  });
const all = async (cohort: Awaited<ReturnType<typeof open>>) => {
  const read = await cohort.read(await cohort.rows('all'), ['ecg']);
  return read['ecg'] as HostMasked;
};

function correlation(a: Float32Array, b: Float32Array): number {
  const mean = (x: Float32Array) => x.reduce((sum, value) => sum + value, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, i) => {
    const [x, y] = [value - ma, (b[i] as number) - mb];
    [ab, aa, bb] = [ab + x * y, aa + x * x, bb + y * y];
  });
  return ab / Math.sqrt(aa * bb);
}

const there = existsSync(join(data, 'ludb'));
const skipped = there ? '' : ' (skipped: no data folder; set DUALBEAT_DATA)';

describe.skipIf(!there)(`files cohort, real records${skipped}`, () => {
  it('LUDB and set-a as one cohort: 280 records of 12 x 5000', async () => {
    const cohort = await open({ roots: ['ludb', 'cinc2011-seta'] });
    const rows = await cohort.rows('all');
    expect(rows).toHaveLength(280);
    expect(cohort.views['ecg']?.axes[0]?.labels).toEqual(standardLeads);
    expect(cohort.ids(rows.subarray(0, 1))).toEqual(['cinc2011-seta/1002603']);
    const sizes = [];
    for (const split of ['train', 'val', 'test'] as const) {
      sizes.push((await cohort.rows(split)).length);
    }
    expect(sizes).toEqual([196, 42, 42]);
    const { values, present } = (await cohort.read(rows.slice(60, 220), ['ecg']))[
      'ecg'
    ] as HostMasked;
    expect(values.shape).toEqual([160, 12, 5000]);
    expect(present.data.every((value) => value === 1)).toBe(true);
    expect((values.data as Float32Array).every(Number.isFinite)).toBe(true);
  });

  it('cuts the longer records of CPSC to their middle ten seconds', async () => {
    const cohort = await open({ roots: ['cinc2021/cpsc'] });
    expect((await all(cohort)).values.shape).toEqual([5, 12, 5000]);
    expect(cohort.flags(await cohort.rows('all'))).toContain('A0001: cut from 15 s');
  });

  it('PTB-XL: 500 Hz to 100 Hz is the published 100 Hz recording, without delay', async () => {
    const published = await all(await open({ roots: ['ptbxl100'], samplingHz: 100 }));
    const records = [1, 2, 3, 4, 5].map((n) => `HR0000${n}`);
    const ours = await all(await open({ roots: ['cinc2021/ptbxl'], records, samplingHz: 100 }));
    const back = await all(await open({ roots: ['ptbxl100'] }));
    const whole = await all(await open({ roots: ['cinc2021/ptbxl'], records }));
    const found = { down: 1, up: 1, late: -1, early: -1 };
    for (let row = 0; row < 60; row++) {
      // Without the first and last second, where the published files ring.
      const inner = (x: HostMasked, hz: number, by = 0) =>
        (x.values.data as Float32Array).subarray(
          (row * 10 + 1) * hz + by,
          (row * 10 + 9) * hz + by,
        );
      const down = correlation(inner(ours, 100), inner(published, 100));
      found.down = Math.min(found.down, down);
      found.up = Math.min(found.up, correlation(inner(back, 500), inner(whole, 500)));
      found.late = Math.max(
        found.late,
        correlation(inner(ours, 100, 1), inner(published, 100)) - down,
      );
      found.early = Math.max(
        found.early,
        correlation(inner(ours, 100, -1), inner(published, 100)) - down,
      );
    }
    expect(found.down).toBeGreaterThan(0.99);
    // One lead has noise that 100 Hz cannot hold.
    expect(found.up).toBeGreaterThan(0.95);
    // A sample earlier or later fits worse in every lead.
    expect(found.late).toBeLessThan(-0.005);
    expect(found.early).toBeLessThan(-0.005);
  });
});

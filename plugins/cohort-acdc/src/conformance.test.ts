import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { hostRandom } from '@dualbeat/core';
import { describeCohort } from '@dualbeat/plugin-kit';
import { afterAll, describe, expect, it } from 'vitest';
import { makeNifti } from '../../cmr-io/test/make-nifti.ts';
import { openAcdc } from './acdc/open-acdc.ts';
import type { AcdcOptions } from './options.ts';

const groups = ['NOR', 'DCM', 'HCM', 'MINF', 'RV'];
const root = mkdtempSync(join(tmpdir(), 'dualbeat-acdc-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const extents = [12, 10, 4];
const inside = (i: number, radius: number): number => {
  const r = Math.hypot((i % 12) - 6, (Math.floor(i / 12) % 10) - 5);
  return r < radius ? 3 : r < radius + 1.5 ? 2 : r < radius + 2.2 ? 1 : 0;
};
for (let n = 1; n <= 15; n++) {
  const id = `patient${String(n).padStart(3, '0')}`;
  mkdirSync(join(root, id));
  const group = groups[n % 5] as string;
  writeFileSync(
    join(root, id, 'Info.cfg'),
    `ED: 1\nES: 12\nGroup: ${group}\nHeight: 170.0\nNbFrame: 30\nWeight: 7${n}.0\n`,
  );
  const random = hostRandom(0, id);
  for (const [frame, radius] of [
    ['01', 2.6],
    ['12', 1.4],
  ] as const) {
    const at = (name: string) => join(root, id, `${id}_frame${frame}${name}.nii.gz`);
    const image = makeNifti({ extents, value: () => Math.floor(random() * 200) });
    writeFileSync(at(''), gzipSync(image));
    const labels = makeNifti({ extents, type: 2, value: (i) => inside(i, radius) });
    writeFileSync(at('_gt'), gzipSync(labels));
  }
}
const options: AcdcOptions = {
  root: '.',
  ...{ slices: 3, rows: 8, columns: 9, spacing: 1.8, sliceSpacing: 8 },
  ...{ crop: 'segmentation', labels: true, cacheMegabytes: 1 },
  group: 'class',
  split: { train: 0.6, val: 0.2, test: 0.2 },
};
const from = (folder = root) => ({
  readers: [],
  seed: 0,
  resolve: (path: string) => join(folder, path),
});

describeCohort(import.meta.url, {
  id: 'acdc',
  with: ['@dualbeat/cmr-io'],
  cases: [
    { name: 'labels', options, from: from() },
    {
      name: 'intensity, nothing kept',
      options: { ...options, crop: 'intensity', labels: false, cacheMegabytes: 0 },
      from: from(),
    },
    { name: 'centre', options: { ...options, crop: 'centre', group: 'binary' }, from: from() },
  ],
});

describe('splits', () => {
  it('each part has its share of each group, whatever the seed; another seed is another split', async () => {
    const at = async (seed: number) => {
      const cohort = await openAcdc({ ...options, splitSeed: seed }, from());
      const parts = await Promise.all(
        (['train', 'val', 'test'] as const).map((part) => cohort.rows(part)),
      );
      for (const rows of parts) {
        const { group } = await cohort.read(rows, ['group']);
        const counts = groups.map((_, k) => group!.values.data.filter((g) => g === k).length);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }
      expect(parts.map(({ length }) => length).reduce((a, b) => a + b, 0)).toBe(15);
      return parts.map((rows) => rows.join());
    };
    expect(await at(1)).toEqual(await at(1));
    expect(await at(1)).not.toEqual(await at(2));
  });
});

describe('errors', () => {
  const opened = async (files: { readonly [name: string]: string }) => {
    const folder = mkdtempSync(join(tmpdir(), 'dualbeat-acdc-'));
    mkdirSync(join(folder, 'data', 'patient001'), { recursive: true });
    for (const [name, text] of Object.entries(files))
      writeFileSync(join(folder, 'data', 'patient001', name), text);
    const run = openAcdc({ ...options, root: 'data' }, from(folder));
    const message = await run.then(
      () => 'no error',
      (error: unknown) => (error as Error).message,
    );
    rmSync(folder, { recursive: true });
    return message;
  };
  it('name the file, whole messages', async () => {
    const info = 'ED: 1\nES: 12\nGroup: NOR\nHeight: 170\nNbFrame: 30\nWeight: 70\n';
    const missing = openAcdc({ ...options, root: 'none' }, from());
    expect([
      await missing.catch((error: unknown) => (error as Error).message),
      await opened({}),
      await opened({ 'Info.cfg': info.replace('NOR', 'XYZ') }),
      await opened({ 'Info.cfg': info.replace('ES: 12', 'ES: 99') }),
      await opened({ 'Info.cfg': info }),
      await opened({
        'Info.cfg': info,
        'patient001_frame01.nii.gz': 'x',
        'patient001_frame01_gt.nii.gz': 'x',
      }),
    ]).toMatchInlineSnapshot(`
      [
        "E_ACDC_ROOT: none: the folder cannot be read (ENOENT). Fix: correct \`cohort.options.root\`; it is relative to the experiment file.",
        "E_ACDC_INFO: data/patient001/Info.cfg: the file cannot be read (ENOENT). Fix: copy the file again from its source or take the patient out of the folder.",
        "E_ACDC_INFO: data/patient001/Info.cfg: "Group" is none of NOR, DCM, HCM, MINF, RV. Fix: copy the file again from its source or take the patient out of the folder.",
        "E_ACDC_INFO: data/patient001/Info.cfg: ED 1 and ES 99 are no two of 30 frames. Fix: copy the file again from its source or take the patient out of the folder.",
        "E_ACDC_INFO: data/patient001/patient001_frame01.nii.gz: the file cannot be read (ENOENT). Fix: copy the file again from its source or take the patient out of the folder.",
        "E_CMR_DAMAGED: data/patient001/patient001_frame01_gt.nii.gz: it is no whole NIfTI file: it does not begin with a NIfTI header. Fix: copy the file again from its source or leave it out.",
      ]
    `);
  });
});

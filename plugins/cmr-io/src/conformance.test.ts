import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ViewSpec } from '@dualbeat/core';
import { describeReader, describeTransform } from '@dualbeat/plugin-kit';
import { zipSync } from 'fflate';
import { write } from '../test/in-folder.ts';
import { makeDicom } from '../test/make-dicom.ts';
import { makeNifti } from '../test/make-nifti.ts';

const here = import.meta.url;
const cases = process.env['DUALBEAT_TEST_FULL'] === '1' ? 5000 : 200;
const images = [0, 1, 2].flatMap((slice) =>
  [1, 2].map((instance) => ({ slice, instance: 2 * slice + instance })),
);

for (const zipped of [false, true]) {
  const bytes = makeNifti({ extents: [5, 4, 3, 2] });
  describeReader(here, {
    id: 'nifti',
    cases: [{ name: zipped ? 'gzip' : 'plain' }],
    files: async (folder) => {
      const name = zipped ? 'sa.nii.gz' : 'sa.nii';
      await write(join(folder, name), zipped ? gzipSync(bytes) : bytes);
      return [name];
    },
    fuzz: { cases },
  });
}

describeReader(here, {
  id: 'dicom-cine',
  cases: [{ name: 'archive', options: { phase: 'all' } }],
  files: async (folder) => {
    const files = images.map((of, i) => [`${i}.dcm`, makeDicom(of)] as const);
    await write(join(folder, 'one.zip'), zipSync(Object.fromEntries(files)));
    return ['one.zip'];
  },
  foreign: ['notes.txt', 'ecg.dcm'],
  fuzz: { cases },
});
describeReader(here, {
  id: 'dicom-cine',
  cases: [{ name: 'one file' }],
  files: async (folder) => {
    await write(join(folder, 'one.dcm'), makeDicom({ slice: 0, instance: 1 }));
    return ['one.dcm'];
  },
  foreign: ['notes.txt', 'ecg.dcm'],
  fuzz: { cases },
});

const view = ([slices, rows, columns, channels]: readonly [number, number, number, number]) =>
  ({
    shape: [slices, rows, columns, channels],
    dtype: 'float32',
    axes: [
      { name: 'slice', spacing: 10, unit: 'mm' },
      { name: 'row', spacing: 1.8, unit: 'mm' },
      { name: 'column', spacing: 1.4, unit: 'mm' },
      { name: 'channel' },
    ],
    unit: 'a.u.',
  }) satisfies ViewSpec;
const options: { readonly [id: string]: readonly object[] } = {
  'cmr-crop': [
    { slices: 3, rows: 6, columns: 15 },
    { rows: 4, columns: 4, by: 'intensity' },
  ],
  'cmr-resample': [{ spacing: 2, sliceSpacing: 7 }, { slices: 2 }],
  'cmr-intensity': [{}, { by: 'z-score' }, { percentiles: [0, 100], to: [0, 1] }],
  'cmr-flip': [{}, { columns: 1, rows: 1 }],
  'cmr-affine': [{}, { shift: 0.3, degrees: 90 }],
  'cmr-intensity-jitter': [{}, { gamma: 0.5 }],
  'cmr-random-crop': [
    { rows: 5, columns: 6 },
    { rows: 20, columns: 3 },
  ],
};
for (const [id, list] of Object.entries(options)) {
  describeTransform(here, {
    id,
    cases: [
      ...list.map((one, i) => ({
        name: `${i + 1}`,
        options: one,
        from: { input: view([4, 9, 11, 1]) },
      })),
      { name: 'channels', options: list[0] as object, from: { input: view([5, 8, 7, 2]) } },
    ],
  });
}

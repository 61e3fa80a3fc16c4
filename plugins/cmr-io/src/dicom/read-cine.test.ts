import { join } from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { inFolder } from '../../test/in-folder.ts';
import { makeDicom } from '../../test/make-dicom.ts';
import type { DicomOptions } from '../../test/make-dicom.ts';
import { frameOf } from '../cine-volume.ts';
import { selectPhases } from '../phases.ts';
import { readDicomCine } from './read-cine.ts';

const filesOf = (list: readonly DicomOptions[]) =>
  Object.fromEntries(list.map((of, i) => [`${(i * 7919) % 1000}.dcm`, makeDicom(of)]));
const read = (list: readonly DicomOptions[], options = {}) =>
  inFolder(filesOf(list), (folder) => readDicomCine(folder, options));
const message = (run: Promise<unknown>) =>
  run.then(
    () => 'no error',
    (error: unknown) => (error as Error).message.replace(/\S*dualbeat-cmr-\w+/, '...'),
  );

describe('DICOM cine', () => {
  it('one series for all slices: sorted by position and by instance in the cycle', async () => {
    const cine = await read(
      [2, 0, 1].flatMap((slice) =>
        [2, 1].map((k) => ({ slice, instance: 2 * slice + k, triggerTime: 40 * k + slice })),
      ),
    );
    expect(cine).toMatchObject({ frames: 2, slices: 3, rows: 4, columns: 5, cycle: 2, flags: [] });
    expect(cine.spacing).toEqual({ slice: 10, row: 1.8, column: 1.6 });
    expect(cine.sliceGap).toBe(2);
    expect(cine.positions).toEqual([0, 10, 20]);
    expect(cine.frameTimes).toEqual([41, 81]);
    expect(cine.facts).toEqual({ age: 61, sex: 'female', heartRate: 60 });
    const firsts = Array.from({ length: 6 }, (_, i) => cine.values[i * 20]);
    expect(firsts).toEqual([1, 103, 205, 2, 104, 206]);
    expect(cine.affine).toEqual([-1.6, -0, -0, 50, -0, -1.8, -0, 60, 0, 0, 10, 0]);
  });

  it('one series a slice, frames missing: frames meet by index, not by time', async () => {
    const series = (slice: number, instances: readonly number[]) =>
      instances.map((instance) => ({
        ...{ slice, instance, cycle: 25, series: `1.2.${slice}`, seriesNumber: slice },
        triggerTime: instance * (30 + slice),
      }));
    const cine = await read([...series(0, [1, 10]), ...series(1, [1, 5, 10])]);
    expect(cine.frameNumbers).toEqual([0, 4, 9]);
    expect([...cine.present]).toEqual([1, 1, 0, 1, 1, 1]);
    expect(cine.flags).toEqual(['missing: 1 of 6 images of slice and frame']);
    expect(selectPhases(cine, { by: 'declared', ed: 0, es: 9 }, 'x')).toEqual({ ed: 0, es: 9 });
    expect(() => selectPhases(cine, { by: 'reference' }, 'x')).toThrow(
      'E_CMR_FRAME: x: there is no frame 12 of the heart cycle; there are 0, 4, 9.',
    );
    expect(frameOf(cine, 1).present).toEqual(Uint8Array.of(0, 1));
  });

  it('a missing slice keeps its place, and other planes, repeats and series are left out', async () => {
    const cine = await read([
      ...[0, 1, 2, 4, 5].flatMap((slice) => [1, 2].map((instance) => ({ slice, instance }))),
      { slice: 1, instance: 1, series: '1.2.4', seriesNumber: 9, value: 900 },
      { slice: 1, instance: 2, series: '1.2.4', seriesNumber: 9, value: 950 },
      { slice: 0, instance: 1, orientation: '0\\1\\0\\0\\0\\1', description: 'cine 4ch' },
    ]);
    expect(cine.positions).toEqual([0, 10, 20, 30, 40, 50]);
    expect([...cine.present]).toEqual([1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1]);
    expect(cine.values[20]).toBe(900);
    expect(cine.flags).toMatchInlineSnapshot(`
      [
        "left out: 1 images of other planes or sizes",
        "missing slices: 1",
        "left out: 2 images of slices acquired again",
        "missing: 2 of 12 images of slice and frame",
      ]
    `);
    const long = await read(
      [
        { slice: 0, instance: 1 },
        { slice: 0, instance: 2, description: 'cine 4ch' },
      ],
      { series: '4ch' },
    );
    expect(long).toMatchObject({ frames: 1, slices: 1, frameNumbers: [1] });
  });

  it('without the length of the cycle: ranked by trigger time', async () => {
    const cine = await read(
      [0, 1].flatMap((slice) =>
        [3, 1, 2].map((k) => ({ slice, instance: 10 - k, triggerTime: 30 * k, cycle: null })),
      ),
    );
    expect(cine).toMatchObject({ frames: 3, cycle: 3, frameNumbers: [0, 1, 2] });
    expect([cine.values[0], cine.values[40], cine.values[80]]).toEqual([9, 8, 7]);
  });

  it('an archive gives what its folder gives', async () => {
    const files = filesOf(
      [0, 1].flatMap((slice) => [1, 2].map((instance) => ({ slice, instance }))),
    );
    await inFolder(
      {
        'a/1.dcm': Uint8Array.of(),
        'one.zip': zipSync({ ...files, 'manifest.csv': new Uint8Array(9) }),
      },
      async (folder) => {
        const zipped = await readDicomCine(join(folder, 'one.zip'));
        expect(zipped).toEqual(await inFolder(files, (other) => readDicomCine(other)));
      },
    );
  });

  it('refuses, whole messages', async () => {
    const good = makeDicom({ slice: 0, instance: 1 });
    const zip = (files: { readonly [name: string]: Uint8Array }) =>
      message(
        inFolder({ 'x.zip': zipSync(files) }, (folder) => readDicomCine(join(folder, 'x.zip'))),
      );
    const file = (bytes: Uint8Array) =>
      message(inFolder({ 'x.dcm': bytes }, (folder) => readDicomCine(join(folder, 'x.dcm'))));
    const declared = zipSync({ 'x.dcm': good });
    // The directory's size of the content: 4 GiB less 2.
    const central = declared.length - 22 - (46 + 5);
    new DataView(declared.buffer, declared.byteOffset).setUint32(central + 24, 0xfffffffe, true);
    expect([
      await zip({ '../../x.dcm': good }),
      await zip({ '/etc/x.dcm': good }),
      await zip({ 'x.dcm': new Uint8Array(2e7) }),
      await message(inFolder({ 'x.zip': declared }, (f) => readDicomCine(join(f, 'x.zip')))),
      await zip({ 'notes.txt': good.subarray(0, 100) }),
      await file(good.subarray(0, good.length - 5)),
      await file(makeDicom({ slice: 0, instance: 1, syntax: '1.2.840.10008.1.2.4.70' })),
      await file(makeDicom({ slice: 0, instance: 1, syntax: '1.2.840.10008.1.2.1.99' })),
      await file(makeDicom({ slice: 0, instance: 1, orientation: '1\\0\\0\\1\\0\\0' })),
      await file(makeDicom({ slice: 0, instance: 1, photometric: 'MONOCHROME1' })),
    ]).toMatchInlineSnapshot(`
      [
        "E_CMR_ARCHIVE: .../x.zip: the archive is refused: a name in it leads out of it. Fix: fetch the archive again from its source or leave it out.",
        "E_CMR_ARCHIVE: .../x.zip: the archive is refused: a name in it leads out of it. Fix: fetch the archive again from its source or leave it out.",
        "E_CMR_ARCHIVE: .../x.zip: the archive is refused: a file in it grows more than 100 times. Fix: fetch the archive again from its source or leave it out.",
        "E_CMR_LIMIT: .../x.zip: it has or promises 4294967294 bytes of files; at most 536870912 bytes are read. Fix: cut it into parts, or leave it out if it is damaged.",
        "E_CMR_NO_IMAGES: .../x.zip: there is no MR image in it. Fix: check the folder or archive, and the option \`series\` of the reader.",
        "E_CMR_DAMAGED: .../x.dcm: it is no whole DICOM file: its structure cannot be followed. Fix: copy the file again from its source or leave it out.",
        "E_CMR_UNSUPPORTED: .../x.dcm: this DICOM file has the transfer syntax 1.2.840.10008.1.2.4.70 (uncompressed ones are read), which is not supported. Fix: convert it to a form that the README of @dualbeat/cmr-io lists.",
        "E_CMR_UNSUPPORTED: .../x.dcm: this DICOM file has the transfer syntax 1.2.840.10008.1.2.1.99 (uncompressed ones are read), which is not supported. Fix: convert it to a form that the README of @dualbeat/cmr-io lists.",
        "E_CMR_DAMAGED: .../x.dcm: it is no whole DICOM image file: its orientation is no pair of perpendicular directions. Fix: copy the file again from its source or leave it out.",
        "E_CMR_UNSUPPORTED: .../x.dcm: this DICOM file has an inverted grey scale, which is not supported. Fix: convert it to a form that the README of @dualbeat/cmr-io lists.",
      ]
    `);
  });
});

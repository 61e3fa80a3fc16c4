import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { makeNifti } from '../../test/make-nifti.ts';
import { decodeNifti } from './decode-nifti.ts';
import { gunzip } from './gunzip.ts';

const message = (run: Promise<unknown>) =>
  run.then(
    () => 'no error',
    (error: unknown) => (error as Error).message,
  );

describe('NIfTI', () => {
  it.each([
    [true, 4],
    [false, 4],
    [true, 16],
    [false, 16],
  ] as const)('little endian %s, type %i: axes, spacing, affine', async (little, type) => {
    const bytes = makeNifti({ extents: [5, 4, 3, 2], little, type });
    const cine = await decodeNifti(bytes, 'a.nii');
    expect(cine).toMatchObject({ frames: 2, slices: 3, rows: 4, columns: 5, cycle: 2, flags: [] });
    expect(cine.spacing).toEqual({ slice: 8, row: 1.5, column: 2 });
    expect(cine.frameTimes).toEqual([0, 30]);
    expect([...cine.values]).toEqual(Array.from({ length: 120 }, (_, i) => i));
    expect(cine.affine).toEqual([-2, 0, 0, 5, 0, -1.5, 0, 6, 0, 0, 8, 7]);
    expect(await decodeNifti(gzipSync(bytes), 'a.nii.gz')).toEqual(cine);
  });

  it('applies slope and intercept, takes a slope of 0 as none, sets what is not finite to 0', async () => {
    const scaled = makeNifti({ extents: [2, 2, 1], slope: 0.5, intercept: -3 });
    expect([...(await decodeNifti(scaled, 'a')).values]).toEqual([-3, -2.5, -2, -1.5]);
    const wild = makeNifti({ extents: [2, 2], type: 16, value: (i) => [1, NaN, Infinity, 4][i]! });
    const cine = await decodeNifti(wild, 'a');
    expect([...cine.values]).toEqual([1, 0, 0, 4]);
    expect(cine.flags).toEqual(['not finite, set to 0: 2 voxels']);
  });

  it('refuses what it cannot read, whole messages', async () => {
    expect([
      await message(decodeNifti(makeNifti({ extents: [5, 4, 3] }).subarray(0, 400), 'cut.nii')),
      await message(decodeNifti(makeNifti({ extents: [2, 2, 2], type: 128 }), 'rgb.nii')),
      await message(decodeNifti(makeNifti({ extents: [2, 2, 2, 2, 3] }), 'five.nii')),
      await message(decodeNifti(makeNifti({ extents: [2, 2], spacing: [0, 1] }), 'flat.nii')),
      await message(decodeNifti(new Uint8Array(500), 'zeros.nii')),
      await message(gunzip(gzipSync(new Uint8Array(1e6)), 'bomb.nii.gz', 1e5)),
    ]).toMatchInlineSnapshot(`
      [
        "E_CMR_DAMAGED: cut.nii: it is no whole NIfTI file: it ends before its 60 values do. Fix: copy the file again from its source or leave it out.",
        "E_CMR_UNSUPPORTED: rgb.nii: this NIfTI file has values of the type 128, which is not supported. Fix: convert it to a form that the README of @dualbeat/cmr-io lists.",
        "E_CMR_UNSUPPORTED: five.nii: this NIfTI file has 5 axes (2 to 4 are read), which is not supported. Fix: convert it to a form that the README of @dualbeat/cmr-io lists.",
        "E_CMR_DAMAGED: flat.nii: it is no whole NIfTI file: its spacing lies outside 0.001 to 1000 mm. Fix: copy the file again from its source or leave it out.",
        "E_CMR_DAMAGED: zeros.nii: it is no whole NIfTI file: it does not begin with a NIfTI header. Fix: copy the file again from its source or leave it out.",
        "E_CMR_LIMIT: bomb.nii.gz: it has or promises more than 100000 bytes after decompression; at most 100000 bytes are read. Fix: cut it into parts, or leave it out if it is damaged.",
      ]
    `);
  });
});

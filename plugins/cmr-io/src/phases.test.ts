import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inFolder } from '../test/in-folder.ts';
import { makeNifti } from '../test/make-nifti.ts';
import { decodeNifti } from './nifti/decode-nifti.ts';
import { selectPhases } from './phases.ts';
import { nifti } from './readers/nifti.ts';

const extents = [4, 4, 2, 6];
/** Voxels of the ventricle by frame: none in the first, least in frame 2. */
const sizes = [0, 9, 3, 5, 12, 12];
const labels = makeNifti({
  extents,
  type: 2,
  value: (i) => (i % 32 < (sizes[Math.floor(i / 32)] as number) ? 3 : 0),
});
const image = makeNifti({ extents, value: (i) => Math.floor(i / 32) });

it('by declared frames, by volume, and by the reference', async () => {
  const cine = await decodeNifti(image, 'sa.nii');
  const segmented = await decodeNifti(labels, 'seg.nii');
  expect(selectPhases(cine, { by: 'volume', labels: segmented }, 'x')).toEqual({ ed: 4, es: 2 });
  expect(selectPhases(cine, { by: 'reference' }, 'x')).toEqual({ ed: 0, es: 3 });
  expect(selectPhases(cine, { by: 'declared', ed: 1, es: 5 }, 'x')).toEqual({ ed: 1, es: 5 });
  const select = (rule: Parameters<typeof selectPhases>[1]) => () =>
    selectPhases(cine, rule, 'x.nii');
  expect(select({ by: 'declared', ed: 0, es: 6 })).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_CMR_FRAME: x.nii: there is no frame 6 of the heart cycle; there are 0, 1, 2, 3, 4, 5. Fix: set \`frame\` of the reader to one that is there, or leave the record out.]`,
  );
  expect(select({ by: 'volume', labels: segmented, cavity: 9 })).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_CMR_LABELS: x.nii: no frame of the segmentation has a voxel of the left ventricle (label 9). Fix: check the label numbers and that the segmentation belongs to this record.]`,
  );
  const other = await decodeNifti(makeNifti({ extents: [4, 4, 2, 5] }), 'y');
  expect(select({ by: 'volume', labels: other })).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_CMR_LABELS: x.nii: the segmentation is 5 x 2 x 4 x 4 and the image 6 x 2 x 4 x 4. Fix: give the segmentation of this image.]`,
  );
});

it('the reader takes the phase from a segmentation beside the file', async () => {
  const files = { 'sa.nii.gz': gzipSync(image), 'seg_sa.nii.gz': gzipSync(labels) };
  await inFolder(files, async (folder) => {
    const first = async (options: object) => {
      const reader = await nifti.create({ phase: 'es', cavity: 3, ...options }, null);
      return (await reader.read(join(folder, 'sa.nii.gz'))).values[0];
    };
    expect(await first({})).toBe(3);
    expect(await first({ labels: 'seg_{name}' })).toBe(2);
    expect(await first({ labels: 'seg_{name}', phase: 'ed' })).toBe(4);
    expect(await first({ frame: 5 })).toBe(5);
    const reader = await nifti.create({ phase: 'ed', cavity: 3, labels: 'seg_{name}' }, null);
    expect(reader.recognises(files['sa.nii.gz'], 'seg_sa.nii.gz')).toBe(false);
    const all = await (
      await nifti.create({ phase: 'all', cavity: 3 }, null)
    ).read(join(folder, 'sa.nii.gz'));
    expect(all.view.shape).toEqual([6, 2, 4, 4, 1]);
  });
});

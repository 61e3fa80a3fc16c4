/** @file The reader `nifti`: .nii and .nii.gz. */
import { basename, dirname, join } from 'node:path';
import { defineComponent } from '@dualbeat/core';
import { Type } from 'typebox';
import type { CineVolume } from '../cine-volume.ts';
import { MAX_FILE_BYTES } from '../limits.ts';
import { decodeNifti } from '../nifti/decode-nifti.ts';
import { readBounded } from '../read-bounded.ts';
import { selectPhases } from '../phases.ts';
import { frameOfOptions, frameOption, phaseOption } from './frame-option.ts';
import { toRecord } from './to-record.ts';
import type { ReaderOfFiles } from './to-record.ts';

const extension = /\.nii(\.gz)?$/i;

/** A NIfTI file as a cine. Errors: E_CMR_READ, _EMPTY, _LIMIT, _DAMAGED, _UNSUPPORTED. */
export async function readNifti(path: string): Promise<CineVolume> {
  return decodeNifti(await readBounded(path, MAX_FILE_BYTES), path);
}

/** Errors: those of `readNifti`, E_CMR_FRAME, E_CMR_LABELS. */
export const nifti = defineComponent({
  kind: 'reader',
  id: 'nifti',
  options: Type.Object(
    {
      phase: phaseOption,
      frame: frameOption,
      labels: Type.Optional(
        Type.String({
          pattern: '^[^/\\\\]*\\{name\\}[^/\\\\]*$',
          description:
            'Name of the segmentation beside a file, such as "seg_{name}": ed and es are then the frames of largest and smallest left ventricle.',
        }),
      ),
      cavity: Type.Integer({
        minimum: 1,
        maximum: 255,
        default: 3,
        description:
          'Label of the left ventricle in the segmentation; 3 in ACDC, 1 in ukbb_cardiac.',
      }),
    },
    { additionalProperties: false },
  ),
  create: (options): ReaderOfFiles => ({
    recognises(head, name) {
      if (!extension.test(name) || (options.labels !== undefined && isLabels(name, options.labels)))
        return false;
      // A header's first number is its size, 348 or 540, in either order of bytes.
      const size = [head[0], head[1], head[2], head[3]].join();
      return (
        (head[0] === 0x1f && head[1] === 0x8b) ||
        ['92,1,0,0', '0,0,1,92', '28,2,0,0', '0,0,2,28'].includes(size)
      );
    },
    files: async (path) =>
      options.labels === undefined ? [path] : [path, besideOf(path, options.labels)],
    async read(path) {
      const cine = await readNifti(path);
      const id = basename(path).replace(extension, '') || basename(path);
      const { phase, frame, labels, cavity } = options;
      if (labels !== undefined && phase !== 'all' && frame === undefined) {
        const beside = besideOf(path, labels);
        const rule = { by: 'volume', labels: await readNifti(beside), cavity } as const;
        return toRecord(id, cine, selectPhases(cine, rule, beside)[phase as 'ed' | 'es'], path);
      }
      return toRecord(id, cine, frameOfOptions(cine, options, path), path);
    },
  }),
});

const besideOf = (path: string, labels: string): string =>
  join(
    dirname(path),
    labels.replace('{name}', () => basename(path)),
  );

function isLabels(name: string, pattern: string): boolean {
  const [before = '', after = ''] = pattern.split('{name}');
  return name !== '' && name.startsWith(before) && name.endsWith(after);
}

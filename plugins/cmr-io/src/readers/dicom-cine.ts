/** @file The reader `dicom-cine`: zip archives as of UK Biobank, and folders of .dcm files. */
import { basename, dirname } from 'node:path';
import { defineComponent } from '@dualbeat/core';
import { Type } from 'typebox';
import { isDicom } from '../dicom/dicom-image.ts';
import { dicomFiles, isZip, readDicomCine } from '../dicom/read-cine.ts';
import { frameOfOptions, frameOption, phaseOption } from './frame-option.ts';
import { toRecord } from './to-record.ts';
import type { ReaderOfFiles } from './to-record.ts';

/** MR Image Storage: waveforms and other images are other readers' affair. */
const MR_IMAGE = '1.2.840.10008.5.1.4.1.1.4';

/**
 * `read` takes an archive, a folder, or any file of a folder, which stands for all in it: give one entry per folder.
 * Errors: those of `readDicomCine`, E_CMR_FRAME.
 */
export const dicomCine = defineComponent({
  kind: 'reader',
  id: 'dicom-cine',
  options: Type.Object(
    {
      phase: phaseOption,
      frame: frameOption,
      series: Type.Optional(
        Type.String({
          maxLength: 200,
          description:
            'Regular expression on the series description: series of other names are left out, such as long-axis ones.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  create: (options): ReaderOfFiles => ({
    recognises(head, name) {
      if (isZip(head)) return /\.zip$/i.test(name);
      return isDicom(head) && Buffer.from(head).includes(`${MR_IMAGE}\0`, 0, 'latin1');
    },
    files: dicomFiles,
    async read(path) {
      const { series } = options;
      const cine = await readDicomCine(path, series === undefined ? {} : { series });
      const name = /\.(dcm|ima)$/i.test(path) ? basename(dirname(path)) : basename(path);
      return toRecord(
        name.replace(/\.zip$/i, '') || basename(path),
        cine,
        frameOfOptions(cine, options, path),
        path,
      );
    },
  }),
});

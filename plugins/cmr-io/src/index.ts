/** @file The plugin: readers and transforms of cardiac MR volumes, phases and phenotypes. */
import { definePlugin } from '@dualbeat/core';
import { dicomCine } from './readers/dicom-cine.ts';
import { nifti } from './readers/nifti.ts';
import { transforms } from './transforms/index.ts';

export default definePlugin([nifti, dicomCine, ...transforms]);
export { frameOf } from './cine-volume.ts';
export type { CineVolume, Spacing, Volume } from './cine-volume.ts';
export { decodeNifti } from './nifti/decode-nifti.ts';
export { readNifti } from './readers/nifti.ts';
export { readDicomCine, type CineOptions } from './dicom/read-cine.ts';
export { volumeView } from './readers/to-record.ts';
export { phaseOf, selectPhases, type PhaseRule, type Phases } from './phases.ts';
export {
  acdcLabels,
  MYOCARDIAL_DENSITY,
  phenotypesOf,
  wallThicknessOf,
  type LabelNumbers,
  type Phenotypes,
} from './phenotypes/phenotypes.ts';
export { sliceExtents, volumeOf } from './phenotypes/label-volume.ts';
export { resample, middleOf, type Centre, type Grid } from './volume/resample.ts';
export { boxOf, centreOfBox, centreOfIntensity, type Box } from './volume/centre.ts';
export { scaleByMoments, scaleByPercentile } from './volume/scale-intensity.ts';
export { fillContour, type Contour } from './contours/fill-contour.ts';

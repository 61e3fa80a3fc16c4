/** @file Plugin `@dualbeat/cohort-synthetic`. */
import { definePlugin } from '@dualbeat/core';
import { synthetic } from './synthetic.ts';

export { CONSTANTS, constantsDigest } from './constants/index.ts';
export { generateVolume } from './cmr/generate-volume.ts';
export type { CmrOptions } from './cmr/render-volume.ts';
export { generateRecord } from './ecg/generate-record.ts';
export type { GeneratedRecord, RecordOptions } from './ecg/generate-record.ts';
export { LEADS } from './ecg/lead-field.ts';
export type { NoiseOptions } from './ecg/noise.ts';
export { drawParameters } from './ecg/parameters.ts';
export type { Coupling, SubjectParameters } from './ecg/parameters.ts';
export { PHENOTYPES, PHENOTYPE_SETS, phenotypesOf } from './latents/phenotypes.ts';
export { drawPerson } from './latents/subject.ts';
export type { Person } from './latents/subject.ts';
export { attainableR2 } from './oracle/attainable-r2.ts';
export type { AttainableR2, OracleOptions } from './oracle/attainable-r2.ts';

export default definePlugin([synthetic]);

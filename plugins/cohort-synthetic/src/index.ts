/** @file Plugin `@dualbeat/cohort-synthetic`. */
import { definePlugin } from '@dualbeat/core';
import { synthetic } from './synthetic.ts';

export { generateRecord } from './generate-record.ts';
export type { GeneratedRecord, RecordOptions } from './generate-record.ts';
export { LEADS } from './lead-field.ts';
export type { NoiseOptions } from './noise.ts';
export { drawParameters } from './parameters.ts';
export type { SubjectParameters } from './parameters.ts';

export default definePlugin([synthetic]);

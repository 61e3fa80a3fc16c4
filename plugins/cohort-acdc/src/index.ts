/** @file The plugin: ACDC as a cohort. */
import { definePlugin } from '@dualbeat/core';
import { acdc } from './acdc.ts';

export default definePlugin([acdc]);
export {
  contourVolumes,
  type ContourVolumes,
  type SunnybrookPatient,
} from './sunnybrook/contour-volumes.ts';

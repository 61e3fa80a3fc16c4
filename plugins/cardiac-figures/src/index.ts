/** @file Plugin: ECG figures in clinical layout, and ECG measurements. */
import { definePlugin } from '@dualbeat/core';
import { ecgReconstruction } from './figure/ecg-reconstruction.ts';
import { ecgDelineation } from './metric/ecg-delineation.ts';

export default definePlugin([ecgReconstruction, ecgDelineation]);
export { recordSignals } from './figure/assemble.ts';
export type { RecordSignals } from './figure/assemble.ts';
export {
  compareReconstruction,
  measureRecord,
  summarised,
} from './measure/compare-reconstruction.ts';
export type {
  BeatMeasures,
  Comparison,
  RecordMeasures,
  Spread,
} from './measure/compare-reconstruction.ts';
export { hiddenBeats, qrsDelineations } from './measure/delineation.ts';
export type { Delineation, Mark } from './measure/delineation.ts';
export { powerAbove, powerSpectrum } from './measure/power-spectrum.ts';
export { qrsEdges } from './measure/qrs-edges.ts';
export { rPeak } from './measure/r-peak.ts';

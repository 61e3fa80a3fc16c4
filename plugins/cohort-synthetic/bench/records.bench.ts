/** @file Records per second of the generator: `npx vitest bench plugins/cohort-synthetic`. */
import { bench } from 'vitest';
import { drawParameters } from '../src/parameters.ts';
import { generateRecord } from '../src/generate-record.ts';

const noise = { wanderMv: 0.05, mainsMv: 0.004, muscleMv: 0.01, mainsHz: 50 };
const clean = { wanderMv: 0, mainsMv: 0, muscleMv: 0, mainsHz: 50 };
let subject = 0;
bench(
  '12 x 5000, default noise',
  () => void generateRecord(0, subject++, { samplingHz: 500, seconds: 10, noise }),
);
bench(
  '12 x 5000, no noise',
  () => void generateRecord(0, subject++, { samplingHz: 500, seconds: 10, noise: clean }),
);
bench('parameters alone', () => void drawParameters(0, subject++));

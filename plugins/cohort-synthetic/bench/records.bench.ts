/** @file Records per second of the generator: `npx vitest bench plugins/cohort-synthetic`. */
import { bench } from 'vitest';
import { generateVolume } from '../src/cmr/generate-volume.ts';
import { generateRecord } from '../src/ecg/generate-record.ts';
import { phenotypesOf } from '../src/latents/phenotypes.ts';
import { drawPerson } from '../src/latents/subject.ts';

const noise = { wanderMv: 0.05, mainsMv: 0.004, muscleMv: 0.01, mainsHz: 50 };
const clean = { wanderMv: 0, mainsMv: 0, muscleMv: 0, mainsHz: 50 };
const coupling = { all: 1, structural: 1, functional: 1 };
const ecg = { samplingHz: 500, seconds: 10, coupling };
const thick = { slices: 6, sliceMm: 8, gapMm: 2, noise: 0.04, bias: 0.2, esInformation: true };
const small = { ...thick, height: 48, width: 52, pixelMm: 3.2 };
const paper = { ...thick, height: 85, width: 92, pixelMm: 1.8 };
const out = new Float32Array(6 * 85 * 92);
let subject = 0;

bench('ECG 12 x 5000, default noise', () => {
  generateRecord(0, subject++, { ...ecg, noise });
});
bench('ECG 12 x 5000, no noise', () => {
  generateRecord(0, subject++, { ...ecg, noise: clean });
});
for (const [name, size] of Object.entries({ small, paper })) {
  bench(`ED and ES, ${name}: 6 x ${size.height} x ${size.width}`, () => {
    const person = drawPerson(0, ++subject);
    for (const phase of ['ed', 'es'] as const) {
      generateVolume(person, phase, { seed: 0, subject, visit: 0 }, size, out, 0);
    }
  });
}
bench('phenotypes alone', () => {
  const { latents, geometry } = drawPerson(0, ++subject);
  phenotypesOf(latents, geometry);
});

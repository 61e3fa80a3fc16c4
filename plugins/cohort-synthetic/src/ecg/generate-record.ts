/** @file One synthetic 12-lead ECG: parameters, beats, dipole, leads, noise. */
import { hostRandom, normalFrom } from '@dualbeat/core';
import { dipoleOf } from './dipole.ts';
import { leadField, LEADS } from './lead-field.ts';
import { addNoise } from './noise.ts';
import type { NoiseOptions } from './noise.ts';
import { drawPerson } from '../latents/subject.ts';
import { parametersOf } from './parameters.ts';
import type { Coupling, SubjectParameters } from './parameters.ts';
import { beats } from './rhythm.ts';

/** Raised whenever a seed and options give other numbers; part of the cohort's digest. */
export const GENERATOR_VERSION = 2;

export type RecordOptions = {
  readonly samplingHz: number;
  readonly seconds: number;
  readonly noise: NoiseOptions;
  readonly coupling: Coupling;
  /** 0 is the first; the heart has changed a little since, and noise and rhythm are others. */
  readonly visit?: number;
  /** In place of what is drawn: to see what one parameter does. */
  readonly parameters?: Partial<SubjectParameters>;
};
export type GeneratedRecord = {
  /** [12, samples] in mV; leads I II III aVR aVL aVF V1..V6. */
  readonly values: Float32Array;
  /** Sample of each R peak within the record. */
  readonly rPeaks: Int32Array;
  readonly parameters: SubjectParameters;
};

export const samplesOf = (options: { samplingHz: number; seconds: number }) =>
  Math.round(options.samplingHz * options.seconds);

/**
 * A pure function of its arguments. III, aVR, aVL and aVF are derived from I and II as given (in float32), noise included,
 * so Einthoven's and Goldberger's laws hold to one rounding.
 * @example generateRecord(0, 17, { samplingHz: 500, seconds: 10, noise: { wanderMv: 0, mainsMv: 0, muscleMv: 0, mainsHz: 50 },
 *   coupling: { all: 1, structural: 1, functional: 1 } })
 */
export function generateRecord(
  seed: number,
  subject: number,
  options: RecordOptions,
): GeneratedRecord {
  const visit = options.visit ?? 0;
  const drawn = parametersOf(drawPerson(seed, subject, visit), seed, subject, options.coupling);
  return recordOf({ ...drawn, ...options.parameters }, { seed, subject, visit }, options);
}

/** The ECG that `parameters` make; rhythm, electrodes and noise are those of subject and visit. */
export function recordOf(
  parameters: SubjectParameters,
  { seed, subject, visit }: { seed: number; subject: number; visit: number },
  options: Pick<RecordOptions, 'samplingHz' | 'seconds' | 'noise'>,
): GeneratedRecord {
  const { samplingHz, seconds } = options;
  const samples = samplesOf(options);
  const rhythm = hostRandom(seed, 'cohort-synthetic/rhythm', subject, visit);
  const breathPhase = 2 * Math.PI * rhythm();
  const all = beats(parameters, seconds, breathPhase, rhythm);
  const [dx, dy, dz] = dipoleOf(parameters, all, samples, samplingHz);

  const body = hostRandom(seed, 'cohort-synthetic/electrodes', subject, visit);
  const measured = leadField(() => normalFrom(body)).map(([x, y, z]) => {
    const lead = new Float64Array(samples);
    for (let i = 0; i < samples; i++) {
      lead[i] = x * (dx[i] as number) + y * (dy[i] as number) + z * (dz[i] as number);
    }
    return lead;
  });
  const noise = hostRandom(seed, 'cohort-synthetic/noise', subject, visit);
  const at = { samplingHz, respirationHz: parameters.respirationHz, breathPhase };
  addNoise(measured, options.noise, at, noise);

  const values = new Float32Array(LEADS.length * samples);
  measured.forEach((lead, k) => values.set(lead, (k < 2 ? k : k + 4) * samples));
  for (let i = 0; i < samples; i++) {
    const [one, two] = [values[i] as number, values[samples + i] as number];
    values[2 * samples + i] = two - one;
    values[3 * samples + i] = -(one + two) / 2;
    values[4 * samples + i] = one - two / 2;
    values[5 * samples + i] = two - one / 2;
  }
  const peaks = all
    .map((b) => Math.round(b.time * samplingHz))
    .filter((s) => s >= 0 && s < samples);
  return { values, rPeaks: Int32Array.from(peaks), parameters };
}

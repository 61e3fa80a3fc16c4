/** @file The cohort `synthetic`: subjects with a 12-lead ECG, made when they are read. */
import { createHash } from 'node:crypto';
import { at, defineComponent } from '@dualbeat/core';
import type { Cohort, HostMasked, Named, ViewSpec } from '@dualbeat/core';
import { Type } from 'typebox';
import { badLength, noSuchRow } from './errors.ts';
import { GENERATOR_VERSION, generateRecord, samplesOf } from './generate-record.ts';
import { LEADS } from './lead-field.ts';
import { drawParameters } from './parameters.ts';
import type { SubjectParameters } from './parameters.ts';
import { splitSubjects } from './splits.ts';
import { targetSpecs, targetValues } from './targets.ts';

const share = (value: number, description: string) =>
  Type.Number({ minimum: 0, maximum: 1, default: value, description });
const level = (value: number, what: string) =>
  Type.Number({
    minimum: 0,
    default: value,
    description: `${what}: median over subjects of the root mean square per lead, in mV; 0 for none.`,
  });

export const syntheticOptions = Type.Object(
  {
    subjects: Type.Integer({
      minimum: 1,
      maximum: 2 ** 31 - 1,
      default: 2000,
      description: 'Number of subjects, one record each.',
    }),
    samplingHz: Type.Integer({ minimum: 100, default: 500, description: 'Samples per second.' }),
    seconds: Type.Number({ exclusiveMinimum: 0, default: 10, description: 'Length of a record.' }),
    seed: Type.Optional(
      Type.Integer({
        minimum: 0,
        description:
          "Seed of the subjects and splits; the experiment's seed where it is not given.",
      }),
    ),
    splits: Type.Object(
      {
        train: share(0.7, 'Share of the subjects in the training part.'),
        val: share(0.15, 'Share in the validation part; the rest is the test part.'),
      },
      { additionalProperties: false, default: {}, description: 'Parts of the cohort, by subject.' },
    ),
    noise: Type.Object(
      {
        wanderMv: level(0.05, 'Baseline wander'),
        mainsMv: level(0.004, 'Mains hum'),
        muscleMv: level(0.01, 'Muscle noise'),
        mainsHz: Type.Number({
          exclusiveMinimum: 0,
          default: 50,
          description: 'Frequency of the mains hum.',
        }),
      },
      { additionalProperties: false, default: {}, description: 'What is not the heart.' },
    ),
  },
  { additionalProperties: false },
);

/**
 * Row r is subject r. `read` is a pure function of seed, options and row, so that any worker gives the same record; nothing is
 * kept in memory. Errors: E_SYNTHETIC_SPLITS, E_SYNTHETIC_LENGTH; from `read`: E_SYNTHETIC_ROW, E_NAME_UNKNOWN.
 */
export const synthetic = defineComponent({
  kind: 'cohort',
  id: 'synthetic',
  options: syntheticOptions,
  create(options, from): Cohort {
    const seed = options.seed ?? from.seed;
    const { subjects, samplingHz, seconds, noise } = options;
    const samples = samplesOf(options);
    if (Math.abs(samples - samplingHz * seconds) > 1e-6 || samples < 1) {
      throw badLength(samplingHz * seconds);
    }
    const splits = splitSubjects(seed, subjects, options.splits);
    const ecg: ViewSpec = {
      shape: [LEADS.length, samples],
      dtype: 'float32',
      axes: [
        { name: 'lead', labels: LEADS },
        { name: 'time', spacing: 1 / samplingHz, unit: 's' },
      ],
      unit: 'mV',
    };
    const views: Named<ViewSpec> = { ecg };
    const targets = targetSpecs(seed, splits.train);
    const { train, val } = options.splits;
    const { wanderMv, mainsMv, muscleMv, mainsHz } = noise;
    // An array: the digest does not depend on the order of keys in the experiment file.
    const content = [
      GENERATOR_VERSION,
      seed,
      subjects,
      samplingHz,
      seconds,
      train,
      val,
      wanderMv,
      mainsMv,
      muscleMv,
      mainsHz,
    ];
    const digest = createHash('sha256').update(JSON.stringify(content)).digest('hex');

    const readEcg = (rows: Int32Array): HostMasked => {
      const size = LEADS.length * samples;
      const data = new Float32Array(rows.length * size);
      rows.forEach((row, i) => data.set(generateRecord(seed, row, options).values, i * size));
      return {
        values: { shape: [rows.length, ...ecg.shape], data },
        present: { shape: [rows.length], data: new Uint8Array(rows.length).fill(1) },
      };
    };
    const read = (rows: Int32Array, names: readonly string[]): Named<HostMasked> => {
      const wrong = rows.find((row) => row < 0 || row >= subjects);
      if (wrong !== undefined) throw noSuchRow(wrong, subjects);
      let parameters: SubjectParameters[] | undefined;
      const readOne = (name: string): HostMasked => {
        if (name === 'ecg') return readEcg(rows);
        if (!Object.hasOwn(targets, name)) at({ ...views, ...targets }, name, 'view or target');
        parameters ??= Array.from(rows, (row) => drawParameters(seed, row));
        return targetValues(at(targets, name).names, parameters);
      };
      return Object.fromEntries(names.map((name) => [name, readOne(name)]));
    };
    return {
      views,
      targets,
      digest,
      rows: async (split) => splits[split].slice(),
      subjects: (rows) => rows.slice(),
      ids: (rows) => Array.from(rows, (row) => `synthetic-${String(row).padStart(6, '0')}`),
      read: async (rows, names) => read(rows, names),
    };
  },
});

/** @file The cohort as experiments use it: paired views, targets, controls, missing values, threads. */
import { openLoader } from '@dualbeat/data';
import type { LoadedBatch } from '@dualbeat/data';
import fc from 'fast-check';
import { Default } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { constantsDigest } from './constants/index.ts';
import { ENDPOINT_NAMES } from './latents/endpoints.ts';
import { PHENOTYPE_SETS, PHENOTYPES, phenotypesOf } from './latents/phenotypes.ts';
import { drawPerson } from './latents/subject.ts';
import { syntheticOptions } from './options.ts';
import { synthetic } from './synthetic.ts';

const make = async (options: object = {}) =>
  synthetic.create(Default(syntheticOptions, options) as never, {
    readers: [],
    seed: 0,
    resolve: (path: string) => path,
  });
/** Small records: 1 s at 100 Hz, 2 slices of 16 x 18. */
const tiny = {
  subjects: 40,
  samplingHz: 100,
  seconds: 1,
  cmr: { slices: 2, height: 16, width: 18, pixelMm: 8 },
};
const VIEWS = ['ecg', 'ed', 'es', 'covariates'] as const;
const SETS = Object.keys(PHENOTYPE_SETS) as (keyof typeof PHENOTYPE_SETS)[];
const upTo = (n: number) => Int32Array.from({ length: n }, (_, i) => i);

describe('targets', () => {
  test('sets, groups, endpoints: columns agree with all82 and with the latents', async () => {
    const cohort = await make(tiny);
    const rows = upTo(12);
    const read = await cohort.read(rows, [...SETS, 'age', 'sex']);
    const wholeNames = cohort.targets['all82']!.names;
    const whole = read['all82']!.values.data;
    for (const set of SETS) {
      const { names, groups, units, shape, type } = cohort.targets[set]!;
      expect(shape).toEqual([names.length]);
      expect([type, units.length]).toEqual(['number', names.length]);
      expect(names).toEqual([...PHENOTYPE_SETS[set]]);
      expect(new Set(Object.values(groups!).flat())).toEqual(new Set(names));
      for (const [i] of rows.entries()) {
        names.forEach((name, k) => {
          const value = read[set]!.values.data[i * names.length + k];
          expect(value).toBe(whole[i * 82 + wholeNames.indexOf(name)]);
        });
      }
    }
    const { latents, geometry } = drawPerson(0, 7);
    expect([...whole.subarray(7 * 82, 8 * 82)]).toEqual(
      [...phenotypesOf(latents, geometry)].map(Math.fround),
    );
    expect(read['sex']!.values.data[7]).toBe(Number(latents.male));
    expect(read['age']!.values.data[7]).toBe(Math.fround(latents.age));
  });

  test('mean and standard deviation are those of the training part', async () => {
    const cohort = await make({ ...tiny, subjects: 300 });
    const train = await cohort.rows('train');
    const { es5 } = await cohort.read(train, ['es5']);
    const spec = cohort.targets['es5']!;
    spec.names.forEach((_, k) => {
      const values = [...es5!.values.data].filter((_, i) => i % 5 === k);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      const variance = values.reduce((s, v) => s + (v - mean) ** 2, 0) / values.length;
      expect(spec.mean[k]!).toBeCloseTo(mean, 3);
      expect(spec.std[k]!).toBeCloseTo(Math.sqrt(variance), 3);
    });
  });

  test('endpoints and survival tell the same course', async () => {
    const cohort = await make({ ...tiny, subjects: 1500 });
    const rows = upTo(1500);
    const read = await cohort.read(rows, ['endpoints', 'survival', 'af', 'af-survival']);
    expect(read['survival']!.values.shape).toEqual([1500, 6, 2]);
    expect(read['survival']!.present.shape).toEqual([1500, 6]);
    expect(cohort.targets['survival']!).toMatchObject({ type: 'survival', shape: [6, 2] });
    expect(cohort.targets['af']!).toMatchObject({ type: 'binary', shape: [1], names: ['af'] });
    const af = ENDPOINT_NAMES.indexOf('af');
    let [prevalent, events] = [0, 0];
    for (const [i] of rows.entries()) {
      const [has, present] = [read['endpoints']!.values, read['survival']!.present].map(
        ({ data }) => data[i * 6 + af] as number,
      ) as [number, number];
      const [years, event] = read['survival']!.values.data.subarray(
        (i * 6 + af) * 2,
      ) as unknown as [number, number];
      expect(read['af']!.values.data[i]).toBe(has);
      expect(read['af-survival']!.values.data[2 * i]).toBe(years);
      if (present === 0) {
        prevalent++;
        expect([has, years, event]).toEqual([1, 0, 0]);
      } else {
        expect(event).toBe(has);
        expect(years).toBeGreaterThan(0);
        expect(years).toBeLessThanOrEqual(9);
        events += event;
      }
    }
    expect(prevalent).toBeGreaterThan(8);
    expect(events).toBeGreaterThan(8);
  });
});

describe('a record is the same however it is read', () => {
  test('any rows in any order, any names together', async () => {
    const cohort = await make({ ...tiny, repeatVisits: 0.5 });
    const rows = await cohort.rows('all');
    const names = [...VIEWS, 'all82', 'survival', 'parameters'];
    const whole = await cohort.read(rows, names);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(rows.length - 1), { minLength: 1, maxLength: 4 }),
        fc.subarray(names, { minLength: 1 }),
        async (at, some) => {
          const part = await cohort.read(
            Int32Array.from(at, (i) => rows[i] as number),
            some,
          );
          expect(Object.keys(part)).toEqual(some);
          for (const name of some) {
            const [a, b] = [part[name]!, whole[name]!];
            const size = a.values.data.length / at.length;
            at.forEach((i, k) => {
              expect(a.values.data.subarray(k * size, (k + 1) * size)).toEqual(
                b.values.data.subarray(i * size, (i + 1) * size),
              );
            });
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  test('one thread or three', async () => {
    const init = { options: tiny, views: VIEWS };
    const module = new URL('../fixtures/batch-source.ts', import.meta.url).href;
    const load = async (workers: number) => {
      const loader = await openLoader({ source: { module, init }, workers, prefetch: 2 });
      const plan = { order: upTo(24), batchSize: 4, dropRemainder: true, seed: 0, epoch: 0 };
      const batches: LoadedBatch[] = [];
      for await (const batch of loader.batches({ ...plan, mode: 'eval' })) {
        batches.push({ ...batch, waitMs: 0 });
      }
      await loader.close();
      return batches;
    };
    expect(await load(3)).toEqual(await load(1));
  });

  test('what is not named is not made: an ECG costs no volume, and volumes no ECG', async () => {
    // A volume of this size takes seconds and 67 MB; this record of a day would not fit.
    const large = { slices: 64, height: 512, width: 512 };
    const cohort = await make({ ...tiny, cmr: large });
    const start = performance.now();
    for (let row = 0; row < 20; row++) await cohort.read(Int32Array.of(row), ['ecg', 'all82']);
    expect(performance.now() - start).toBeLessThan(5000);
    const day = await make({ ...tiny, samplingHz: 10000, seconds: 86400 });
    expect((await day.read(Int32Array.of(0), ['ed'])).ed!.values.shape).toEqual([1, 2, 16, 18, 1]);
  });
});

describe('controls', () => {
  const rows = upTo(30);
  test('without ES information only the es view changes', async () => {
    const [main, control] = await Promise.all([
      make(tiny),
      make({ ...tiny, esInformation: false }),
    ]);
    const names = ['ecg', 'ed', 'es', 'all82', 'covariates'];
    const [a, b] = [await main.read(rows, names), await control.read(rows, names)];
    for (const name of ['ecg', 'ed', 'all82', 'covariates']) expect(b[name]).toEqual(a[name]);
    expect(b['es']!.values.data).not.toEqual(a['es']!.values.data);
  });

  test('uncoupled: CMR and targets are the same, the ECG is another subject’s', async () => {
    const [main, control, other] = await Promise.all([
      make(tiny),
      make({ ...tiny, coupled: false }),
      make({ ...tiny, coupled: false, targetsOf: 'ecg' }),
    ]);
    const names = ['ecg', 'ed', 'es', 'all82', 'endpoints', 'covariates'];
    const [a, b, c] = await Promise.all([main, control, other].map((of) => of.read(rows, names)));
    for (const name of ['ed', 'es', 'all82', 'endpoints', 'covariates']) {
      expect(b![name]).toEqual(a![name]);
    }
    expect(b!['ecg']!.values.data).not.toEqual(a!['ecg']!.values.data);
    // Targets of the ECG's subject: ECG and CMR stay as they are.
    for (const name of ['ecg', 'ed', 'es']) expect(c![name]).toEqual(b![name]);
    expect(c!['all82']!.values.data).not.toEqual(b!['all82']!.values.data);
    const { latents, geometry } = drawPerson(0, 3, 0, 'strangers');
    expect([...c!['all82']!.values.data.subarray(3 * 82, 4 * 82)]).toEqual(
      [...phenotypesOf(latents, geometry)].map(Math.fround),
    );
  });

  test('coupling moves the ECG and nothing else', async () => {
    const [main, none] = await Promise.all([make(tiny), make({ ...tiny, coupling: { all: 0 } })]);
    const names = ['ecg', 'ed', 'es', 'all82'];
    const [a, b] = [await main.read(rows, names), await none.read(rows, names)];
    for (const name of ['ed', 'es', 'all82']) expect(b[name]).toEqual(a[name]);
    expect(b['ecg']!.values.data).not.toEqual(a['ecg']!.values.data);
  });
});

describe('missing values and few labels', () => {
  const shareOf = (data: ArrayLike<number>) =>
    Array.from(data).reduce((a, b) => a + b, 0) / data.length;
  test('shares are honoured; what is missing is 0', async () => {
    const subjects = 600;
    const missing = {
      ecg: 0.1,
      ed: 0.2,
      es: 0.3,
      covariates: 0.4,
      phenotypes: 0.05,
      strains: 0.2,
      aorta: 0.5,
      endpoints: 0.25,
      named: { LVEF: 0.5, af: 0.6 },
    };
    const cohort = await make({ ...tiny, subjects, missing });
    const rows = upTo(subjects);
    const read = await cohort.read(rows, ['ecg', 'ed', 'es', 'covariates', 'all82', 'endpoints']);
    // Four standard errors at 600.
    const near = (got: number, want: number) => expect(Math.abs(got - want)).toBeLessThan(0.082);
    for (const [view, share] of [
      ['ecg', 0.1],
      ['ed', 0.2],
      ['es', 0.3],
      ['covariates', 0.4],
    ] as const) {
      const { values, present } = read[view]!;
      near(1 - shareOf(present.data), share);
      const size = values.data.length / subjects;
      present.data.forEach((there, i) => {
        const row = values.data.subarray(i * size, (i + 1) * size);
        expect(row.some((v: number) => v !== 0)).toBe(there === 1);
      });
    }
    const { present, values } = read['all82']!;
    const of = (name: string) => {
      const k = PHENOTYPES.findIndex((phenotype) => phenotype.name === name);
      return Array.from(rows, (row) => present.data[row * 82 + k] as number);
    };
    near(shareOf(of('LVEDV')), 0.95);
    near(shareOf(of('LVEF')), 0.95 * 0.5);
    near(shareOf(of('Ecc_AHA_3')), 0.95 * 0.8);
    near(shareOf(of('AAo_min_area')), 0.95 * 0.5);
    values.data.forEach((v, i) => expect(v !== 0 || present.data[i] === 0).toBe(true));
    const af = ENDPOINT_NAMES.indexOf('af');
    near(shareOf(Array.from(rows, (row) => read['endpoints']!.present.data[row * 6 + af]!)), 0.3);
    // A share does not move what another takes: the same ECGs are missing in another cohort.
    const again = await make({ ...tiny, subjects, missing: { ecg: 0.1, es: 0.9 } });
    expect((await again.read(rows, ['ecg'])).ecg!.present).toEqual(read['ecg']!.present);
  });

  test('fewer labels: training only, nested, for the sets named', async () => {
    const subjects = 400;
    const labelsOf = async (labels: object, set = 'functional') => {
      const cohort = await make({ ...tiny, subjects, labels });
      const { present } = (await cohort.read(upTo(subjects), [set]))[set]!;
      const width = present.data.length / subjects;
      const labelled = upTo(subjects).filter((row) => present.data[row * width] === 1);
      return { cohort, labelled: new Set(labelled) };
    };
    const one = await labelsOf({ fraction: 0.01 });
    const ten = await labelsOf({ fraction: 0.1 });
    const train = await one.cohort.rows('train');
    const inTrain = (of: Set<number>) => [...train].filter((row) => of.has(row));
    expect(inTrain(one.labelled).length).toBe(3);
    expect(inTrain(ten.labelled).length).toBe(28);
    expect(inTrain(one.labelled).every((row) => ten.labelled.has(row))).toBe(true);
    for (const split of ['val', 'test'] as const) {
      for (const row of await one.cohort.rows(split)) expect(one.labelled.has(row)).toBe(true);
    }
    // Mean and spread know the labelled subjects only.
    const values = await ten.cohort.read(Int32Array.from(inTrain(ten.labelled)), ['ed3']);
    const edv = [...values['ed3']!.values.data].filter((_, i) => i % 3 === 0);
    const mean = edv.reduce((a, b) => a + b) / edv.length;
    expect(ten.cohort.targets['ed3']!.mean[0]!).toBeCloseTo(mean, 3);
    // Other sets keep theirs: CMR encoders may have all labels while the probe has few.
    const only = { fraction: 0.1, only: ['functional'] };
    expect(inTrain((await labelsOf(only)).labelled).length).toBe(28);
    expect(inTrain((await labelsOf(only, 'ed3')).labelled).length).toBe(280);
  });
});

test('repeat visits: more rows, same subjects, same part', async () => {
  const cohort = await make({ ...tiny, subjects: 200, repeatVisits: 0.3 });
  const all = await cohort.rows('all');
  expect(all.length).toBeGreaterThan(235);
  expect(all.length).toBeLessThan(285);
  const parts = await Promise.all((['train', 'val', 'test'] as const).map((s) => cohort.rows(s)));
  expect(parts.reduce((sum, rows) => sum + rows.length, 0)).toBe(all.length);
  const part = new Map<number, number>();
  parts.forEach((rows, k) => {
    for (const subject of cohort.subjects(rows)) expect(part.get(subject) ?? k).toBe(k);
    for (const subject of cohort.subjects(rows)) part.set(subject, k);
  });
  const second = all[200] as number;
  const first = cohort.subjects(Int32Array.of(second))[0] as number;
  const ids = cohort.ids(Int32Array.of(first, second));
  expect(ids[1]).toBe(`${ids[0]}-2`);
  const read = await cohort.read(Int32Array.of(first, second), ['ecg', 'ed', 'age', 'sex']);
  const [young, old] = read['age']!.values.data as Float32Array;
  expect(old! - young!).toBeCloseTo(2.6, 3);
  expect(read['sex']!.values.data[0]).toBe(read['sex']!.values.data[1]);
  const half = (name: string) => read[name]!.values.data.length / 2;
  for (const name of ['ecg', 'ed']) {
    const { data } = read[name]!.values;
    expect(data.subarray(0, half(name))).not.toEqual(data.subarray(half(name)));
  }
});

test('reports can say what made the rows', async () => {
  const cohort = await make(tiny);
  expect(cohort.provenance).toEqual({
    simulator: 'synthetic 2',
    constants: constantsDigest,
    seed: 0,
  });
});

import { Default } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { LEADS } from './ecg/lead-field.ts';
import { drawParameters } from './ecg/parameters.ts';
import { syntheticOptions } from './options.ts';
import { synthetic } from './synthetic.ts';

const coupling = { all: 1, structural: 1, functional: 1 };

describe('cohort', () => {
  const make = (options: object = {}, seed = 0) =>
    synthetic.create(Default(syntheticOptions, options) as never, {
      readers: [],
      seed,
      resolve: (path: string) => path,
    });

  test('views, splits by subject, ids', async () => {
    const cohort = await make({ subjects: 100 });
    const volume = {
      shape: [6, 48, 52, 1],
      dtype: 'float32',
      axes: [
        { name: 'slice', spacing: 10, unit: 'mm' },
        { name: 'row', spacing: 3.2, unit: 'mm' },
        { name: 'column', spacing: 3.2, unit: 'mm' },
        { name: 'channel' },
      ],
      unit: 'a.u.',
    };
    const { covariates, ...images } = cohort.views;
    expect(images).toEqual({
      ecg: {
        shape: [12, 5000],
        dtype: 'float32',
        axes: [
          { name: 'lead', labels: [...LEADS] },
          { name: 'time', spacing: 1 / 500, unit: 's' },
        ],
        unit: 'mV',
      },
      ed: volume,
      es: volume,
    });
    expect(covariates!.shape).toEqual([12]);
    expect(covariates!.axes[0]!.labels!.length).toBe(12);
    const [train, val, testRows, all] = await Promise.all(
      (['train', 'val', 'test', 'all'] as const).map((s) => cohort.rows(s)),
    );
    expect([train!.length, val!.length, testRows!.length]).toEqual([70, 15, 15]);
    expect([...train!, ...val!, ...testRows!].sort((a, b) => a - b)).toEqual([...all!]);
    expect([...cohort.subjects(Int32Array.of(4, 9))]).toEqual([4, 9]);
    expect(cohort.ids(Int32Array.of(4))).toEqual(['synthetic-000004']);
  });

  test('read: a row is the same in any slice, and only what is named is made', async () => {
    const cohort = await make({ subjects: 20, seconds: 1 });
    const rows = Int32Array.of(3, 17, 5);
    const whole = await cohort.read(rows, ['ecg', 'axis', 'parameters']);
    expect(whole.ecg!.values.shape).toEqual([3, 12, 500]);
    expect([...whole.ecg!.present.data]).toEqual([1, 1, 1]);
    const part = await cohort.read(Int32Array.of(5), ['ecg']);
    expect(Object.keys(part)).toEqual(['ecg']);
    expect(part.ecg!.values.data).toEqual(whole.ecg!.values.data.subarray(12000));
    const drawn = drawParameters(0, 17, coupling);
    expect(whole.axis!.values.data[1]).toBe(Math.fround(drawn.axis));
    expect(whole.parameters!.values.shape).toEqual([3, 4]);
    expect([...whole.parameters!.values.data.subarray(4, 8)]).toEqual(
      [drawn.heartRate, drawn.qrsWidth, drawn.axis, drawn.amplitude].map(Math.fround),
    );
    expect((await cohort.read(new Int32Array(0), ['ecg'])).ecg!.values.shape).toEqual([0, 12, 500]);
  });

  test('targets: mean and standard deviation of the training part', async () => {
    const cohort = await make({ subjects: 300, seconds: 1 });
    const train = await cohort.rows('train');
    const { parameters } = await cohort.read(train, ['parameters']);
    const spec = cohort.targets.parameters!;
    expect(spec.names).toEqual(['heartRate', 'qrsWidth', 'axis', 'amplitude']);
    expect(spec.units).toEqual(['bpm', 'ms', 'deg', 'mV']);
    spec.names.forEach((name, k) => {
      const values = [...parameters!.values.data].filter((_, i) => i % 4 === k);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      expect(spec.mean[k]).toBeCloseTo(mean, 4);
      expect(spec.std[k]).toBeCloseTo(
        Math.sqrt(values.reduce((s, v) => s + (v - mean) ** 2, 0) / values.length),
        4,
      );
      expect(cohort.targets[name]!.mean[0]).toBe(spec.mean[k]);
    });
  });

  test('digest: changes with what the rows are made of, and with nothing else', async () => {
    const digest = async (options: object, seed = 0) => (await make(options, seed)).digest;
    const base = await digest({ subjects: 30 });
    expect(base).toMatch(/^[0-9a-f]{64}$/);
    expect(await digest({ noise: {}, subjects: 30 })).toBe(base);
    expect(await digest({ subjects: 30, seed: 0 }, 99)).toBe(base);
    for (const other of [
      { subjects: 31 },
      { subjects: 30, seed: 1 },
      { subjects: 30, noise: { muscleMv: 0 } },
      { subjects: 30, seconds: 5 },
      { subjects: 30, splits: { val: 0.1 } },
      { subjects: 30, coupling: { functional: 0.5 } },
      { subjects: 30, coupled: false },
      { subjects: 30, coupled: false, targetsOf: 'ecg' },
      { subjects: 30, esInformation: false },
      { subjects: 30, cmr: { height: 40 } },
      { subjects: 30, missing: { named: { LVEF: 0.5 } } },
      { subjects: 30, labels: { fraction: 0.5 } },
      { subjects: 30, repeatVisits: 0.2 },
    ]) {
      expect(await digest(other)).not.toBe(base);
    }
    // The experiment's seed makes other subjects, the cohort's own seed keeps them.
    expect(await digest({ subjects: 30 }, 1)).not.toBe(base);
  });

  test('errors', async () => {
    expect(() => make({ splits: { train: 0.9, val: 0.2 } })).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_SYNTHETIC_SPLITS: cohort synthetic: splits of 0.9 (train) and 0.2 (val) of 2000 subjects are not possible. Fix: let train and val add up to at most 1, with at least one subject in train; the rest is test.]`,
    );
    expect(() => make({ subjects: 1, splits: { train: 0.1 } })).toThrow('E_SYNTHETIC_SPLITS');
    expect(() => make({ seconds: 0.0105 })).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_SYNTHETIC_LENGTH: cohort synthetic: samplingHz and seconds give 5.25 samples per lead, which is not a whole number. Fix: use seconds for which samplingHz times seconds is a whole number.]`,
    );
    const cohort = await make({ subjects: 5 });
    await expect(cohort.read(Int32Array.of(5), ['ecg'])).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_SYNTHETIC_ROW: cohort synthetic: row 5 was asked for and there are rows 0 to 4. Fix: take rows from rows(split) of the same cohort.]`,
    );
    await expect(cohort.read(Int32Array.of(0), ['ef'])).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_NAME_UNKNOWN: there is no view or target "ef"; there is: ecg, ed, es, covariates, heartRate, qrsWidth, axis, amplitude, parameters, ed3, es5, es5-eval, sax13, structural, functional, no-aorta76, all82, endpoints, cad, af, .... Fix: did you mean "ed"?]`,
    );
    expect(() => make({ missing: { named: { LVEV: 0.1 } } })).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_NAME_UNKNOWN: there is no phenotype or endpoint "LVEV"; there is: LVEDV, LVESV, LVSV, LVEF, LVCO, LVM, RVEDV, RVESV, RVSV, RVEF, LAVmax, LAVmin, LASV, LAEF, RAVmax, RAVmin, RASV, RAEF, AAo_max_area, AAo_min_area, .... Fix: did you mean "LVEDV"?]`,
    );
    expect(() => make({ labels: { only: ['all81'] } })).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_NAME_UNKNOWN: there is no target "all81"; there is: heartRate, qrsWidth, axis, amplitude, parameters, ed3, es5, es5-eval, sax13, structural, functional, no-aorta76, all82, endpoints, cad, af, scd, hf, mi, cardiomyopathy, .... Fix: did you mean "all82"?]`,
    );
  });
});

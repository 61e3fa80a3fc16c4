import { hostRandom } from '@dualbeat/core';
import type { Transform, ViewSpec } from '@dualbeat/core';
import fc from 'fast-check';
import { Default } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { butterworthHighpass } from '../signal/butterworth.ts';
import { moments } from '../signal/moments.ts';
import { zeroPhase } from '../signal/zero-phase.ts';
import { transforms } from './index.ts';
import { normalizeGroups } from './standardize.ts';

const LEADS = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
const view = (samples = 500, leads: readonly string[] = LEADS): ViewSpec => ({
  shape: [leads.length, samples],
  dtype: 'float32',
  axes: [
    { name: 'lead', labels: leads },
    { name: 'time', spacing: 1 / 500, unit: 's' },
  ],
  unit: 'mV',
});
/** As the host makes it: options through the schema's defaults. */
function make(id: string, options: object = {}, input: ViewSpec = view()): Transform {
  const component = transforms.find((t) => t.id === id);
  if (component === undefined) throw new Error(`no transform ${id}`);
  const create = component.create as (o: unknown, from: { input: ViewSpec }) => Transform;
  return create(Default(component.options, { ...options }), { input });
}
const record = (samples = 500, rows = 12, seed = 1) => {
  const random = hostRandom(seed, 'record');
  return Float32Array.from(
    { length: rows * samples },
    (_, i) => Math.sin(i * 0.02) + random() - 0.3,
  );
};
const apply = (
  t: Transform,
  x: Float32Array,
  random = hostRandom(3, 'draws'),
  fitted: unknown = null,
) => t.apply(x, fitted, random);
const never = () => {
  throw new Error('drew a random number');
};

test('ids are unique, every option is described, defaults are valid', () => {
  expect(transforms.map((t) => t.id)).toEqual([
    'highpass',
    'bandpass',
    'notch',
    'savgol',
    'als-baseline',
    'standardize',
    'clip',
    'rescale',
    'random-crop',
    'lead-subset',
    'fourier-surrogate',
    'jitter',
    'amplitude',
  ]);
  for (const t of transforms) {
    expect(t.options).toMatchObject({ type: 'object', additionalProperties: false });
    for (const [name, option] of Object.entries(t.options.properties)) {
      expect((option as { description?: string }).description, `${t.id}.${name}`).toBeTruthy();
    }
  }
});

test.each(transforms.map((t) => t.id))(
  '%s: a function of its arguments that leaves the input alone',
  async (id) => {
    const options =
      { 'random-crop': { samples: 100 }, 'lead-subset': { leads: ['V5', 'II'] } }[id] ?? {};
    const t = make(id, options);
    const x = record();
    const copy = x.slice();
    const first = apply(t, x);
    expect(x).toEqual(copy);
    apply(t, record(500, 12, 2)); // scratch space holds nothing over
    expect(apply(t, x)).toEqual(first);
    expect(first.length).toBe(t.output.shape.reduce((a, b) => a * b, 1));
    expect([...first].every(Number.isFinite)).toBe(true);
    expect(t.when).toBe(
      ['fourier-surrogate', 'jitter', 'amplitude'].includes(id) ? 'train' : 'always',
    );
  },
);

test.each(transforms.map((t) => t.id))('%s: works on one lead', (id) => {
  const options = { 'random-crop': { samples: 100 }, 'lead-subset': { leads: ['II'] } }[id] ?? {};
  const t = make(id, options, view(500, ['II']));
  const out = apply(t, record(500, 1), () => 0.3);
  expect(out.length).toBe(id === 'random-crop' ? 100 : 500);
});

test('highpass: each lead is filtered by itself, in the rate of the view', () => {
  const x = record(5000);
  const out = apply(make('highpass', {}, view(5000)), x);
  const lead = Float64Array.from(x.subarray(7 * 5000, 8 * 5000));
  zeroPhase(butterworthHighpass(4, 0.5, 500), 5000)(lead);
  expect(out.subarray(7 * 5000, 8 * 5000)).toEqual(Float32Array.from(lead));
  const inMilliseconds = {
    ...view(5000),
    axes: [view().axes[0]!, { name: 'time', spacing: 2, unit: 'ms' }],
  };
  expect(apply(make('highpass', {}, inMilliseconds), x)).toEqual(out);
  // 250 Hz with twice the cut-off is the same digital filter.
  const slow = {
    ...view(5000),
    axes: [view().axes[0]!, { name: 'time', spacing: 1 / 250, unit: 's' }],
  };
  expect(apply(make('highpass', { cutoffHz: 0.25 }, slow), x)).toEqual(out);
});

test('notch removes its frequency and keeps the others; bandpass removes both sides', () => {
  const wave = (hz: number) =>
    Float32Array.from({ length: 5000 }, (_, i) => Math.sin((2 * Math.PI * hz * i) / 500));
  const left = (t: Transform, hz: number) =>
    moments(apply(t, wave(hz)), 1000, 4000).std / Math.SQRT1_2;
  const one = view(5000, ['II']);
  const notch = make('notch', { frequencyHz: 50 }, one);
  expect(left(notch, 50)).toBeLessThan(1e-4);
  expect(left(notch, 40)).toBeGreaterThan(0.99);
  const band = make('bandpass', { lowHz: 5, highHz: 40 }, one);
  expect(left(band, 1)).toBeLessThan(0.001);
  expect(left(band, 15)).toBeCloseTo(1, 3);
  expect(left(band, 100)).toBeLessThan(0.001);
});

describe('standardize', () => {
  test('over record: one mean and standard deviation', () => {
    const t = make('standardize');
    const { mean, std } = moments(apply(t, record()));
    expect(mean).toBeCloseTo(0, 6);
    expect(std).toBeCloseTo(1, 4);
    expect(t.output.unit).toBe('1');
    expect(apply(t, new Float32Array(6000).fill(3))).toEqual(new Float32Array(6000));
  });

  test('over lead-groups: golden values of paper.md 5.8', () => {
    const x = Float64Array.from({ length: 72 }, (_, i) => Math.sin(i));
    const groups = [
      [0, 1, 2],
      [3, 4, 5],
      [6, 7, 8, 9, 10, 11],
    ];
    const got = normalizeGroups(x, groups, 6, 1e-6);
    for (const [at, want] of [
      [0, -0.054379532],
      [1, 1.1456122578],
      [2, 1.2423371301],
      [18, -1.1574502998],
      [71, 1.3182653984],
    ] as const) {
      expect(got[at]).toBeCloseTo(want, 9);
    }
    const out = apply(make('standardize', { over: 'lead-groups' }, view(6)), Float32Array.from(x));
    expect(out[71]).toBeCloseTo(1.3182653984, 5);
  });

  test('over lead-groups: groups follow the names, not the rows', () => {
    const input = view(100, ['V2', 'aVL', 'I', 'V1']);
    const out = apply(make('standardize', { over: 'lead-groups' }, input), record(100, 4));
    for (const row of [1, 2]) {
      expect(moments(out, row * 100, row * 100 + 100).std).toBeCloseTo(1, 4);
    }
    const chest = Float32Array.from([...out.subarray(0, 100), ...out.subarray(300)]);
    expect(moments(chest).mean).toBeCloseTo(0, 5);
    expect(moments(chest).std).toBeCloseTo(1, 4);
  });

  test('over lead-time: fitted on the training part, through JSON', async () => {
    const input = view(50, ['I', 'II']);
    const t = make('standardize', { over: 'lead-time', epsilon: 0 }, input);
    const training = [1, 2, 3, 4, 5].map((seed) => record(50, 2, seed));
    const fitted: unknown = JSON.parse(
      JSON.stringify(
        await t.fit?.(
          (async function* () {
            yield* training;
          })(),
        ),
      ),
    );
    const out = training.map((x) => apply(t, x, never, fitted));
    for (const at of [0, 49, 77]) {
      const { mean, std } = moments(Float64Array.from(out, (o) => o[at] as number));
      expect(mean).toBeCloseTo(0, 5);
      expect(std).toBeCloseTo(1, 5);
    }
    // A record outside the training part does not change what was fitted.
    const mean = training.reduce((sum, x) => sum + (x[3] as number), 0) / 5;
    expect((fitted as { mean: number[] }).mean[3]).toBeCloseTo(mean, 12);
    expect(() => apply(t, record(50, 2))).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_TRANSFORM_FIT: transform standardize: it must be fitted on the training part first (nothing was fitted). Fix: run it in a stage with a training part, or give a stage the fitted values of the stage it starts from.]`,
    );
  });
});

test('clip limits at four standard deviations of the record', () => {
  const x = record();
  x[77] = 1000;
  x[78] = -1000;
  const limit = 4 * moments(x).std;
  const out = apply(make('clip'), x);
  expect(out[77]).toBeCloseTo(limit, 3);
  expect(out[78]).toBeCloseTo(-limit, 3);
  expect(out[79]).toBe(x[79]);
});

test('rescale: minimum and maximum of the record, on views without time too', () => {
  const image: ViewSpec = {
    shape: [2, 3],
    dtype: 'float32',
    axes: [{ name: 'height' }, { name: 'width' }],
    unit: '1',
  };
  const t = make('rescale', { to: [0, 10] }, image);
  expect([...apply(t, Float32Array.from([2, 4, 6, 8, 10, 12]))]).toEqual([0, 2, 4, 6, 8, 10]);
  expect([...apply(t, new Float32Array(6).fill(3))]).toEqual([5, 5, 5, 5, 5, 5]);
});

test('random-crop: one start for all leads, all starts reachable, the middle one at 0.5', () => {
  const t = make('random-crop', { samples: 4 }, view(6, ['I', 'II']));
  expect(t.output.shape).toEqual([2, 4]);
  const x = Float32Array.from({ length: 12 }, (_, i) => i);
  expect([...apply(t, x, () => 0.5)]).toEqual([1, 2, 3, 4, 7, 8, 9, 10]);
  const starts = new Set(
    Array.from({ length: 50 }, (_, i) => apply(t, x, hostRandom(i, 'crop'))[0]),
  );
  expect([...starts].map(Number).sort((a, b) => a - b)).toEqual([0, 1, 2]);
});

test('lead-subset keeps rows, names and order', () => {
  const t = make('lead-subset', { leads: ['V1', 'I'] }, view(3));
  expect(t.output).toEqual(view(3, ['V1', 'I']));
  expect([
    ...apply(
      t,
      Float32Array.from({ length: 36 }, (_, i) => i),
    ),
  ]).toEqual([18, 19, 20, 0, 1, 2]);
});

describe('augmentations', () => {
  test('fourier-surrogate keeps the amplitude spectrum and Einthoven, on half of the records', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 400 }), fc.nat(), (samples, seed) => {
        const x = record(samples, 3, seed);
        for (let i = 0; i < samples; i++) x[2 * samples + i] = x[samples + i]! - x[i]!;
        const t = make('fourier-surrogate', { probability: 1 }, view(samples, ['I', 'II', 'III']));
        const out = apply(t, x, hostRandom(seed, 'phases'));
        for (let i = 0; i < samples; i++)
          expect(out[2 * samples + i]).toBeCloseTo(out[samples + i]! - out[i]!, 4);
        // Parseval and the constant part: energy and mean of each lead stay.
        for (const row of [0, 1, 2]) {
          const [a, b] = [x, out].map((y) => moments(y, row * samples, (row + 1) * samples));
          expect(b!.mean).toBeCloseTo(a!.mean, 4);
          expect(b!.std).toBeCloseTo(a!.std, 4);
        }
      }),
      { numRuns: 40 },
    );
    const t = make('fourier-surrogate');
    const x = record();
    const changed = Array.from({ length: 100 }, (_, i) => apply(t, x, hostRandom(i, 'p')) !== x);
    expect(changed.filter(Boolean).length).toBeGreaterThan(35);
    expect(changed.filter(Boolean).length).toBeLessThan(65);
  });

  test('jitter: the noise has the standard deviation asked for, or grows with the signal', () => {
    const x = new Float32Array(6000).fill(2);
    const noise = (options: object) => apply(make('jitter', options), x).map((v) => v - 2);
    expect(moments(noise({ sigma: 0.1 })).std).toBeCloseTo(0.1, 2);
    expect(moments(noise({ sigma: 0.1 })).mean).toBeCloseTo(0, 2);
    expect(moments(noise({ multiplicative: true })).std).toBeCloseTo(0.2 * 0.6 * 2, 2);
  });

  test('amplitude: one factor per record, N(1, 0.5)', () => {
    const t = make('amplitude');
    const x = record();
    const factors = Float64Array.from({ length: 2000 }, (_, i) => {
      const out = apply(t, x, hostRandom(i, 'factor'));
      expect(out[5]! / x[5]!).toBeCloseTo(out[4000]! / x[4000]!, 4);
      return out[5]! / x[5]!;
    });
    expect(moments(factors).mean).toBeCloseTo(1, 1);
    expect(moments(factors).std).toBeCloseTo(0.5, 1);
  });
});

describe('wrong views and options are coded errors at create()', () => {
  const image: ViewSpec = {
    shape: [8, 8],
    dtype: 'float32',
    axes: [{ name: 'height' }, { name: 'width' }],
    unit: '1',
  };
  const unnamed: ViewSpec = { ...view(), axes: [{ name: 'lead' }, view().axes[1]!] };
  const noRate: ViewSpec = { ...view(), axes: [view().axes[0]!, { name: 'time' }] };
  test('no time axis', () => {
    expect(() => make('highpass', {}, image)).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_TRANSFORM_VIEW: transform highpass: it needs a float32 view whose last axis is time and was given [height 8, width 8] float32. Fix: use it on a signal view such as ecg, or remove it from this view.]`,
    );
    for (const t of transforms) {
      if (t.id === 'rescale') continue;
      expect(() => make(t.id, { samples: 2, leads: ['I'] }, image), t.id).toThrow(
        'E_TRANSFORM_VIEW',
      );
    }
  });
  test('no lead names', () => {
    expect(() => make('lead-subset', { leads: ['I'] }, unnamed)).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_TRANSFORM_VIEW: transform lead-subset: it needs a view whose first axis is lead, with a label for each lead, and was given [lead 12, time 500] float32. Fix: use it on an ECG view whose cohort names the leads.]`,
    );
  });
  test('no sampling rate', () => {
    expect(() => make('notch', {}, noRate)).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_TRANSFORM_SAMPLING: transform notch: the time axis of the view has no spacing in s or ms, so frequencies have no meaning. Fix: give the time axis a spacing and a unit in the cohort or reader.]`,
    );
    expect(make('savgol', {}, noRate).output).toEqual(noRate);
  });
  test('too short for the padding', () => {
    expect(() => make('highpass', {}, view(15))).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_TRANSFORM_SHORT: transform highpass: it needs at least 16 samples and the view has 15. Fix: use longer records, or a lower order, window or number of samples.]`,
    );
    expect(apply(make('highpass', {}, view(16)), record(16)).length).toBe(192);
    expect(() => make('savgol', {}, view(14))).toThrow('E_TRANSFORM_SHORT');
    expect(() => make('random-crop', { samples: 501 })).toThrow('E_TRANSFORM_SHORT');
    expect(() => make('als-baseline', {}, view(2))).toThrow('E_TRANSFORM_SHORT');
  });
  test('frequencies', () => {
    expect(() => make('highpass', { cutoffHz: 250 })).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_TRANSFORM_FREQUENCY: transform highpass: a cut-off of 250 Hz does not fit a signal sampled at 500 Hz. Fix: use frequencies above 0 and below 250 Hz, the lower one first.]`,
    );
    expect(() => make('bandpass', { lowHz: 40, highHz: 5 })).toThrow('a band of 40 to 5 Hz');
    expect(() => make('notch', { frequencyHz: 300 })).toThrow('a notch at 300 Hz');
  });
  test('window, range, leads', () => {
    expect(() => make('savgol', { window: 14 })).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_TRANSFORM_WINDOW: transform savgol: a window of 14 samples with a polynomial of order 3 is not possible. Fix: use an odd window that is larger than the order.]`,
    );
    expect(() => make('rescale', { to: [1, -1] })).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_TRANSFORM_RANGE: transform rescale: the range [1, -1] is empty or reversed. Fix: give two numbers, the lower one first, for example [-1, 1].]`,
    );
    expect(() => make('lead-subset', { leads: ['v1'] })).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_TRANSFORM_LEAD: transform lead-subset: lead "v1" is not among the leads I, II, III, aVR, aVL, aVF, V1, V2, V3, V4, V5, V6. Fix: did you mean "V1"?]`,
    );
    expect(() => make('lead-subset', { leads: ['I', 'I'] })).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_TRANSFORM_LEAD: transform lead-subset: lead "I" is named twice. Fix: name each lead once.]`,
    );
    expect(() => make('standardize', { over: 'lead-groups' }, view(9, ['X']))).toThrow(
      'E_TRANSFORM_LEAD',
    );
  });
});

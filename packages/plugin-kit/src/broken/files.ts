/** @file Broken readers, transforms, metrics, target sets, callbacks and figures. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { at, DualbeatError } from '@dualbeat/core';
import type {
  Callback,
  CallbackEvent,
  Figure,
  HostMasked,
  Metric,
  MetricBatch,
  Reader,
  TargetSet,
  TargetSpec,
  Transform,
  ViewSpec,
} from '@dualbeat/core';
import { writeBytes } from '../fuzz-reader.ts';
import {
  callbackSuite,
  figureSuite,
  metricSuite,
  readerSuite,
  targetSetSuite,
  transformSuite,
} from '../suites/host.ts';
import { numbers } from '../support/arrays.ts';
import { clockOfTheHost, randomOfTheHost } from './modules.ts';
import { inMemory } from './mutant.ts';
import type { Family } from './mutant.ts';

const damaged = (path: string, why: string) =>
  new DualbeatError({
    code: 'E_RAMP',
    where: basename(path),
    cause: `${why}.`,
    fix: 'restore it.',
  });

/** Files '<n>\n' and n bytes. */
const ramp = (trusting = false): Reader => ({
  recognises: (_head, name) => name.endsWith('.ramp'),
  async read(path) {
    const bytes = await readFile(path).catch((error: unknown) => {
      throw damaged(path, `it cannot be read (${String((error as { code?: unknown }).code)})`);
    });
    const end = bytes.indexOf(10);
    const count = Number(bytes.subarray(0, Math.max(end, 0)).toString('latin1'));
    const data = bytes.subarray(end + 1);
    const whole = end > 0 && Number.isInteger(count) && count > 0 && count === data.length;
    if (!whole && !trusting) throw damaged(path, 'its length is not the one that it gives');
    const size = trusting ? count : data.length;
    const values = new Float32Array(size);
    for (let i = 0; i < size; i++) values[i] = data[i] ?? 0;
    return {
      id: basename(path, '.ramp'),
      view: {
        shape: [size],
        dtype: 'float32',
        axes: [{ name: 'time', spacing: 1, unit: 's' }],
        unit: 'mV',
      },
      values,
      facts: {},
      flags: [],
    };
  },
});
const readers = (change: Partial<Reader> = {}, base = ramp()) =>
  readerSuite(
    inMemory('reader', () => ({ ...base, ...change })),
    {
      id: 'kit/broken',
      async files(folder) {
        const bytes = Uint8Array.of(...new TextEncoder().encode('20\n'), ...Array(20).keys());
        await writeBytes(join(folder, 'a.ramp'), bytes);
        return ['a.ramp'];
      },
      fuzz: { cases: 40 },
    },
  );

export const readerFamily: Family = {
  healthy: readers(),
  mutants: [
    {
      check: 'reader-recognises',
      what: 'takes every file',
      suite: readers({ recognises: () => true }),
    },
    {
      check: 'reader-reads',
      what: 'lets NaN through',
      suite: readers({
        async read(path) {
          const record = await ramp().read(path);
          record.values[3] = NaN;
          return record;
        },
      }),
    },
    {
      check: 'reader-damaged',
      what: 'believes the count in the file',
      suite: readers({}, ramp(true)),
    },
    {
      check: 'reader-damaged',
      what: 'lets an error of Node through',
      suite: readers({
        async read(path) {
          const bytes = await readFile(path);
          if (bytes.length < 23) throw new Error('too short');
          return ramp().read(path);
        },
      }),
    },
  ],
};

const view: ViewSpec = {
  shape: [2, 4],
  dtype: 'float32',
  axes: [{ name: 'lead', labels: ['I', 'II'] }, { name: 'time' }],
  unit: 'mV',
};
/** Subtracts the mean of the training rows; adds noise of the given stream. */
const centred = (): Transform => ({
  output: view,
  when: 'train',
  async fit(rows) {
    let [total, count] = [0, 0];
    for await (const row of rows) {
      total += row.reduce((a, b) => a + b, 0);
      count += row.length;
    }
    return { mean: total / count };
  },
  apply: (x, fitted, random) => x.map((v) => v - (fitted as { mean: number }).mean + random()),
});
const transforms = (change: (one: Transform) => Partial<Transform> = () => ({})) =>
  transformSuite(
    inMemory('transform', () => ({ ...centred(), ...change(centred()) })),
    { id: 'kit/broken', cases: [{ from: { input: view } }] },
  );

export const transformFamily: Family = {
  healthy: transforms(),
  mutants: [
    {
      check: 'transform-output',
      what: 'works in place',
      suite: transforms(() => ({
        apply(x) {
          x.forEach((v, i) => (x[i] = 2 * v));
          return x;
        },
      })),
    },
    {
      check: 'transform-finite',
      what: 'divides by the largest value',
      suite: transforms(() => ({ apply: (x) => x.map((v) => v / Math.max(...x)) })),
    },
    {
      check: 'transform-seeded',
      what: 'counts rows',
      suite: transforms((one) => {
        let count = 0;
        return {
          apply: (x, fitted, random) => one.apply(x, fitted, random).map((v) => v + ++count),
        };
      }),
    },
    {
      check: 'transform-fitted',
      what: 'fits into a closure',
      suite: transforms((one) => {
        let known: unknown = { mean: 0 };
        return {
          async fit(rows) {
            known = await one.fit?.(rows);
            return {};
          },
          apply: (x, _fitted, random) => one.apply(x, known, random),
        };
      }),
    },
    {
      check: 'apply-touches-nothing',
      what: 'asks Math.random',
      suite: transforms(() => ({ apply: (x) => x.map((v) => v + 0 * randomOfTheHost()) })),
    },
  ],
};

type Pairs = (batches: AsyncIterable<MetricBatch>) => Promise<number[]>;
/** Squared errors of the rows that are there. */
const errorsOf: Pairs = async (batches) => {
  const errors: number[] = [];
  for await (const { outputs } of batches) {
    const [value, truth] = [at(outputs, 'y'), at(outputs, 'y/truth')];
    value.values.data.forEach((x, i) => {
      if (value.present.data[i] === 1) errors.push((x - (truth.values.data[i] as number)) ** 2);
    });
  }
  return errors;
};
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const meanError = (errors: Pairs = errorsOf): Metric => ({
  async compute(batches) {
    const found = await errors(batches);
    return { mse: found.length === 0 ? { undefinedBecause: 'no row is there' } : mean(found) };
  },
});
const metrics = (make: () => Metric = () => meanError(), factor = 1) =>
  metricSuite(inMemory('metric', make), {
    id: 'kit/broken',
    cases: [
      {
        from: { views: {}, resolve: (path) => path },
        outputs(rows, random) {
          const one = (): HostMasked => ({
            values: { shape: [rows], data: Float32Array.from({ length: rows }, random) },
            present: { shape: [rows], data: new Uint8Array(rows).fill(1) },
          });
          return { y: one(), 'y/truth': one() };
        },
        reference({ outputs }) {
          const [value, truth] = [at(outputs, 'y').values, at(outputs, 'y/truth').values];
          const errors = Array.from(value.data, (x, i) => (x - (truth.data[i] as number)) ** 2);
          return { mse: factor * mean(errors) };
        },
      },
    ],
  });

export const metricFamily: Family = {
  healthy: metrics(),
  mutants: [
    {
      check: 'metric-values',
      what: 'gives a number that is none',
      suite: metrics(() => ({ compute: async () => ({ mse: 0 / 0 }) })),
    },
    {
      check: 'metric-batches',
      what: 'takes the mean of the means of batches',
      suite: metrics(() =>
        meanError(async (batches) => {
          const means: number[] = [];
          for await (const batch of batches) {
            const one = await errorsOf(
              (async function* () {
                yield batch;
              })(),
            );
            if (one.length > 0) means.push(mean(one));
          }
          return means;
        }),
      ),
    },
    {
      check: 'metric-absent',
      what: 'counts rows that are absent',
      suite: metrics(() =>
        meanError(async (batches) => {
          const errors: number[] = [];
          for await (const { outputs } of batches) {
            const [value, truth] = [at(outputs, 'y').values, at(outputs, 'y/truth').values];
            value.data.forEach((x, i) => errors.push((x - (truth.data[i] as number)) ** 2));
          }
          return errors;
        }),
      ),
    },
    {
      check: 'metric-pure',
      what: 'scales what it is given',
      suite: metrics(() =>
        meanError(async (batches) => {
          const errors: number[] = [];
          for await (const batch of batches) {
            const { data } = at(batch.outputs, 'y').values;
            data.forEach((x, i) => (data[i] = x / 2));
            errors.push(...data);
          }
          return errors;
        }),
      ),
    },
    { check: 'metric-reference', what: 'differs from its reference', suite: metrics(undefined, 2) },
  ],
};

const targets: { readonly [name: string]: TargetSpec } = {
  heart: { ...numbers([150, 60], [30, 6]), names: ['LVEDV', 'LVEF'] },
  body: { ...numbers([26], [4]), names: ['BMI'] },
};
const missing = () =>
  new DualbeatError({ code: 'E_NO_TARGET', cause: 'the cohort lacks LVEF.', fix: 'add it.' });
const two = (std: number, refuse: () => Error): ((from: typeof targets) => TargetSet) =>
  function make(from) {
    if (from['heart'] === undefined) throw refuse();
    return {
      spec: { ...numbers([60, 26], [6, std]), names: ['LVEF', 'BMI'] },
      columns: [
        { target: 'heart', column: 1 },
        { target: 'body', column: 0 },
      ],
    };
  };
const targetSets = (make: (from: typeof targets) => TargetSet = two(4, missing)) =>
  targetSetSuite(
    inMemory('target-set', (from) => make(from.targets)),
    { id: 'kit/broken', cases: [{ from: { targets } }] },
  );

export const targetSetFamily: Family = {
  healthy: targetSets(),
  mutants: [
    {
      check: 'target-set-columns',
      what: 'has a standard deviation of its own',
      suite: targetSets(two(5, missing)),
    },
    {
      check: 'target-set-pure',
      what: 'follows the order of the cohort',
      suite: targetSets((from) => {
        const set = two(4, missing)(from);
        return { ...set, spec: { ...set.spec, groups: { [Object.keys(from)[0] as string]: [] } } };
      }),
    },
    {
      check: 'target-set-errors',
      what: 'throws an error without a code',
      suite: targetSets(two(4, () => new Error('LVEF?'))),
    },
  ],
};

const event = (epoch: number): CallbackEvent => ({
  at: epoch === 0 ? 'start' : epoch === 3 ? 'end' : 'epoch',
  step: epoch * 10,
  epoch,
  epochs: 3,
  metrics: { 'val/loss': 1 / (epoch + 1) },
  async *features() {
    // this one needs none
  },
});
const best: Callback = {
  async on({ metrics }, memory) {
    const loss = Math.min(
      metrics['val/loss'] ?? 1,
      (memory as { loss?: number } | null)?.loss ?? 9,
    );
    return { memory: { loss }, metrics: { 'val/best': loss } };
  },
};
const callbacks = (make: () => Callback = () => best) =>
  callbackSuite(inMemory('callback', make), {
    id: 'kit/broken',
    cases: [{ from: { views: [], targets: {} }, events: () => [0, 1, 2, 3].map(event) }],
  });

export const callbackFamily: Family = {
  healthy: callbacks(),
  mutants: [
    {
      check: 'callback-results',
      what: 'remembers a typed array',
      suite: callbacks(() => ({ on: async () => ({ memory: Float32Array.of(1) }) })),
    },
    {
      check: 'callback-memory',
      what: 'remembers in a closure',
      suite: callbacks(() => {
        let calls = 0;
        return { on: async () => ({ metrics: { 'val/calls': ++calls } }) };
      }),
    },
    {
      check: 'callback-touches-nothing',
      what: 'asks the clock',
      suite: callbacks(() => ({
        on: async () => (clockOfTheHost() > 0 ? {} : { stop: 'before 1970' }),
      })),
    },
  ],
};

const square = (inside = ''): Figure => ({
  draw: async () => [
    { name: 'square', title: 'A square', svg: `<svg viewBox="0 0 1 1">${inside}</svg>` },
  ],
});
const figures = (make: () => Figure = () => square()) =>
  figureSuite(inMemory('figure', make), {
    id: 'kit/broken',
    cases: [{ input: () => ({ outputs: {}, ids: [], view }) }],
  });
let drawn = 0;

export const figureFamily: Family = {
  healthy: figures(),
  mutants: [
    {
      check: 'figure-files',
      what: 'draws with a script',
      suite: figures(() => square('<script>alert(1)</script>')),
    },
    {
      check: 'figure-pure',
      what: 'counts its drawings',
      suite: figures(() => ({
        draw: () => square(`<text>${++drawn}</text>`).draw(undefined as never),
      })),
    },
  ],
};

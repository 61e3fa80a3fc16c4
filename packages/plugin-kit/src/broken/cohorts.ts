/** @file Broken cohorts. */
import { at, DualbeatError } from '@dualbeat/core';
import type { Cohort, HostMasked, Split } from '@dualbeat/core';
import { cohortSuite } from '../suites/host.ts';
import { inMemory } from './mutant.ts';
import type { Family } from './mutant.ts';

/** Two records each of six subjects. */
const count = 12;
const splits: Readonly<Record<Split, readonly number[]>> = {
  train: [0, 1, 2, 3, 4, 5, 6, 7],
  val: [8, 9],
  test: [10, 11],
  all: Array.from({ length: count }, (_, i) => i),
};
const noRow = (row: number) =>
  new DualbeatError({ code: 'E_ROW', cause: `there is no row ${row}.`, fix: 'take another.' });

function healthy(): Cohort {
  const views: Cohort['views'] = {
    x: {
      shape: [2, 3],
      dtype: 'float32',
      axes: [{ name: 'lead', labels: ['I', 'II'] }, { name: 'time' }],
      unit: 'mV',
    },
  };
  const targets: Cohort['targets'] = {
    y: {
      shape: [1],
      dtype: 'float32',
      type: 'number',
      names: ['age'],
      units: ['a'],
      mean: [50],
      std: [10],
    },
  };
  const values = (name: string, row: number): number[] =>
    name === 'x' ? Array.from({ length: 6 }, (_, i) => row + i / 10) : [40 + row];
  return {
    views,
    targets,
    digest: 'ab'.repeat(32),
    rows: async (split) => Int32Array.from(splits[split]),
    subjects: (rows) => rows.map((row) => row >> 1),
    ids: (rows) => Array.from(rows, (row) => `record-${row}`),
    async read(rows, names) {
      for (const name of names) at({ ...views, ...targets }, name);
      const wrong = rows.find((row) => row < 0 || row >= count);
      if (wrong !== undefined) throw noRow(wrong);
      return Object.fromEntries(
        names.map((name): [string, HostMasked] => [
          name,
          {
            values: {
              shape: [rows.length, ...at({ ...views, ...targets }, name).shape],
              data: Float32Array.from([...rows].flatMap((row) => values(name, row))),
            },
            present: { shape: [rows.length], data: new Uint8Array(rows.length).fill(1) },
          },
        ]),
      );
    },
  };
}
const cohorts = (change: (one: Cohort) => Partial<Cohort> = () => ({})) =>
  cohortSuite(
    inMemory('cohort', () => {
      const one = healthy();
      return { ...one, ...change(one) };
    }),
    { id: 'kit/broken', cases: [{ from: { readers: [], seed: 0, resolve: (path) => path } }] },
  );
let made = 0;

export const cohortFamily: Family = {
  healthy: cohorts(),
  mutants: [
    {
      check: 'cohort-rows',
      what: 'gives subjects as ids',
      suite: cohorts(() => ({ ids: (rows) => Array.from(rows, (row) => `subject-${row >> 1}`) })),
    },
    {
      check: 'cohort-splits',
      what: 'splits by record',
      suite: cohorts(() => ({
        rows: async (split) =>
          Int32Array.from(split === 'val' ? [1, 3] : splits[split].filter((row) => row !== 1)),
      })),
    },
    {
      check: 'cohort-read',
      what: 'lets NaN through',
      suite: cohorts((one) => ({
        async read(rows, names) {
          const read = await one.read(rows, names);
          for (const { values } of Object.values(read)) values.data[0] = NaN;
          return read;
        },
      })),
    },
    {
      check: 'cohort-pure',
      what: 'hands out what it keeps',
      suite: cohorts((one) => {
        const kept = new Map<string, ReturnType<Cohort['read']>>();
        return {
          read(rows, names) {
            const key = `${rows.join()} ${names.join()}`;
            const found = kept.get(key) ?? one.read(rows, names);
            kept.set(key, found);
            return found;
          },
        };
      }),
    },
    {
      check: 'cohort-pure',
      what: 'reads rows in its own order',
      suite: cohorts((one) => ({ read: (rows, names) => one.read(rows.slice().sort(), names) })),
    },
    {
      check: 'cohort-digest',
      what: 'counts into its digest',
      suite: cohorts(() => ({ digest: String(++made).padStart(64, '0') })),
    },
    {
      check: 'cohort-specs',
      what: 'labels one lead of two',
      suite: cohorts(({ views }) => ({
        views: {
          x: { ...at(views, 'x'), axes: [{ name: 'lead', labels: ['I'] }, { name: 'time' }] },
        },
      })),
    },
    {
      check: 'cohort-errors',
      what: 'leaves unknown names out',
      suite: cohorts((one) => ({
        read: (rows, names) =>
          one.read(
            rows,
            names.filter((name) => name === 'x' || name === 'y'),
          ),
      })),
    },
  ],
};

/** @file Checks of metrics: names and values, batches, absent rows, what is fitted. */
import { hostRandom } from '@dualbeat/core';
import type { HostMasked, Metric, MetricBatch, MetricValue, Named } from '@dualbeat/core';
import { defineCheck, ensure } from '../check.ts';
import type { CaseSubject } from '../check.ts';
import { selectRows } from '../harness/harness.ts';
import { deepFreeze } from '../deep-freeze.ts';
import { untouched } from './no-side-effects.ts';

export type MetricOf = {
  /** Outputs of a task for so many rows. */
  readonly outputs: (rows: number, random: () => number) => Named<HostMasked>;
  /** Ids of the rows, where they matter. */
  readonly ids?: (rows: number) => readonly string[];
  /** Values by name, in plain numbers. */
  readonly reference?: (batch: MetricBatch) => Named<number>;
};
export type MetricCase = CaseSubject<'metric', MetricOf>;
const rows = 12;

function batch({ of }: MetricCase, seed = 1): MetricBatch {
  const ids = of.ids?.(rows) ?? Array.from({ length: rows }, (_, i) => `record-${i}`);
  return { outputs: of.outputs(rows, hostRandom(seed, 'kit/metric')), ids };
}
const select = ({ outputs, ids }: MetricBatch, wanted: readonly number[]): MetricBatch => ({
  outputs: Object.fromEntries(
    Object.entries(outputs).map(([name, { values, present }]) => [
      name,
      { values: selectRows(values, wanted), present: selectRows(present, wanted) },
    ]),
  ),
  ids: wanted.map((i) => ids[i] as string),
});
async function* stream(...batches: readonly MetricBatch[]) {
  yield* batches;
}
const fitOf = async (metric: Metric, subject: MetricCase): Promise<unknown> =>
  metric.fit?.(stream(batch(subject, 9)));

function differing(a: Named<MetricValue>, b: Named<MetricValue>, tolerance: number) {
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const [x, y] = [a[name], b[name]];
    const same =
      typeof x === 'number' && typeof y === 'number'
        ? Math.abs(x - y) <= tolerance * Math.max(1, Math.abs(x))
        : typeof x === typeof y && x !== undefined;
    if (!same) return `"${name}" is ${text(x)} and ${text(y)}`;
  }
  return undefined;
}
const text = (value: MetricValue | undefined): string =>
  typeof value === 'number' ? String(value) : JSON.stringify(value);

export const metricValues = defineCheck<MetricCase>({
  name: 'metric-values',
  states:
    'Every value is a finite number or says why it is undefined, and names are paths without spaces.',
  async run(subject) {
    const metric = await subject.make();
    const given = await fitOf(metric, subject);
    const values = await metric.compute(stream(batch(subject)), given);
    ensure(Object.keys(values).length > 0, 'it gives no value', 'give one');
    for (const [name, value] of Object.entries(values)) {
      ensure(
        typeof value === 'number'
          ? Number.isFinite(value)
          : typeof value.undefinedBecause === 'string',
        `"${name}" is ${text(value)}`,
        'give { undefinedBecause } where there is no number',
      );
      ensure(
        /^[^\s/]+$/.test(name),
        `the name ${JSON.stringify(name)} has a space or a slash`,
        "name it '<metric>.<part>'",
      );
    }
  },
});

export const metricBatches = defineCheck<MetricCase>({
  name: 'metric-batches',
  states: 'The values do not depend on how the rows are cut into batches, nor on their order.',
  async run(subject) {
    const metric = await subject.make();
    const given = await fitOf(metric, subject);
    const all = batch(subject);
    const whole = await metric.compute(stream(all), given);
    const numbers = [...Array(rows).keys()];
    const cut = [select(all, numbers.slice(0, 5)), select(all, numbers.slice(5))];
    for (const [what, batches] of [
      ['in two batches', cut],
      ['in another order', [select(all, numbers.reverse())]],
    ] as const) {
      const wrong = differing(whole, await metric.compute(stream(...batches), given), 1e-6);
      ensure(wrong === undefined, `${wrong} for the same rows ${what}`, 'gather over all batches');
    }
  },
});

export const metricAbsent = defineCheck<MetricCase>({
  name: 'metric-absent',
  states:
    'Rows that are present nowhere do not count; without any row values say why they are undefined.',
  async run(subject) {
    const metric = await subject.make();
    const given = await fitOf(metric, subject);
    const all = batch(subject);
    const numbers = [...Array(rows).keys()];
    const hidden: MetricBatch = {
      ...all,
      outputs: Object.fromEntries(
        Object.entries(all.outputs).map(([name, { values, present }]) => {
          const each = present.data.length / rows;
          const data = present.data.slice().fill(0, 8 * each);
          return [name, { values, present: { shape: present.shape, data } }];
        }),
      ),
    };
    const wrong = differing(
      await metric.compute(stream(select(all, numbers.slice(0, 8))), given),
      await metric.compute(stream(hidden), given),
      1e-6,
    );
    ensure(
      wrong === undefined,
      `${wrong} without four rows and with these rows absent`,
      'look at `present`',
    );
    const none = await metric.compute(stream(select(hidden, [8, 9])), given);
    for (const [name, value] of Object.entries(none)) {
      ensure(
        typeof value !== 'number' || Number.isFinite(value),
        `"${name}" is ${text(value)} where no row is present`,
        'give { undefinedBecause }',
      );
    }
  },
});

export const metricPure = defineCheck<MetricCase>({
  name: 'metric-pure',
  states:
    'The same rows give the same values, also with what was fitted through JSON and from a fresh one; nothing outside is touched.',
  async run(subject) {
    const metric = await subject.make();
    const given = await fitOf(metric, subject);
    const all = deepFreeze(batch(subject));
    const copy = JSON.stringify(all.outputs, plain);
    const first = await metric.compute(stream(all), given);
    ensure(
      JSON.stringify(all.outputs, plain) === copy,
      'it changes the outputs that it is given',
      'write into new arrays',
    );
    const through: unknown = given === undefined ? given : JSON.parse(JSON.stringify(given));
    const fresh = await subject.make();
    const again = await untouched('`compute`', () => fresh.compute(stream(all), through));
    const wrong = differing(first, again, 0);
    ensure(
      wrong === undefined,
      `${wrong} the second time, from a fresh one and with what was fitted through JSON`,
      'keep nothing between calls, and fit plain values',
    );
  },
});
const plain = (_name: string, value: unknown): unknown =>
  ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value;

export const metricReference = defineCheck<MetricCase>({
  name: 'metric-reference',
  states: 'Values equal the reference.',
  unfit: ({ of }) => (of.reference === undefined ? 'no `reference` is given' : undefined),
  async run(subject) {
    const metric = await subject.make();
    const given = await fitOf(metric, subject);
    const all = batch(subject, 3);
    const values = await metric.compute(stream(all), given);
    for (const [name, wanted] of Object.entries(subject.of.reference?.(all) ?? {})) {
      const found = values[name];
      ensure(
        typeof found === 'number' &&
          Math.abs(found - wanted) <= 1e-5 * Math.max(1, Math.abs(wanted)),
        `"${name}" is ${text(found)} and the reference gives ${wanted}`,
        'correct the one that is wrong',
      );
    }
  },
});

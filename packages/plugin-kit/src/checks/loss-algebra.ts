/** @file Checks of losses alone: parts, order of rows, declared symmetries, pairing and limits. */
import { hostRandom, permutation } from '@dualbeat/core';
import type { HostArray, Named } from '@dualbeat/core';
import { differing, rows, roundOff } from '../compare.ts';
import { defineCheck, ensure } from '../check.ts';
import type { RuntimeSubject } from '../check.ts';
import { openBench } from '../harness/bench.ts';
import type { Bench } from '../harness/bench.ts';
import { filledInputs, mapArrays, selectRows, variablesOf } from '../harness/harness.ts';
import { lossHarness } from '../harness/adapters.ts';
import type { MakeLossInput } from '../harness/adapters.ts';
import { benchOf } from '../harness/module-subject.ts';
import type { ModuleOf, ModuleSubject } from '../harness/module-subject.ts';

export type LossOf = ModuleOf & {
  /** Pairs of value names that may be exchanged. */
  readonly symmetric?: readonly (readonly [string, string])[];
  /** A value whose rows belong to the rows of the others: mixing them must raise the loss of a batch that fits well. */
  readonly pairing?: string;
  /** Options at which the value is known: temperature -> infinity gives log(rows). */
  readonly limits?: readonly {
    readonly name: string;
    readonly options: object;
    readonly expected: (rows: number) => number;
  }[];
};
export type LossSubject = RuntimeSubject<'loss', LossOf>;

const lossOf = (bench: Bench, inputs: Named<HostArray>): Named<HostArray> => {
  const { loss } = bench.apply(variablesOf(bench.harness, 1), inputs).outputs;
  return { loss: loss as HostArray };
};
const scalar = (named: Named<HostArray>): number => named['loss']?.data[0] as number;

export const partsAddUp = defineCheck<ModuleSubject>({
  name: 'parts-add-up',
  states:
    'The parts add up to the loss; loss, parts and reports are scalars of the same names each time.',
  async run(subject) {
    const bench = await benchOf(subject);
    const vars = variablesOf(bench.harness, 1);
    const names: string[] = [];
    for (const seed of [1, 2]) {
      const { outputs } = bench.apply(vars, filledInputs(bench.harness, rows, 'random', seed));
      const parts = Object.entries(outputs).filter(([name]) => name.startsWith('parts/'));
      const sum = parts.reduce((total, [, { data }]) => total + (data[0] as number), 0);
      const loss = outputs['loss']?.data[0] as number;
      ensure(
        parts.length > 0 && Math.abs(sum - loss) <= roundOff * Math.max(1, Math.abs(loss)),
        `the parts add up to ${sum} and the loss is ${loss}`,
        'put every term of the loss into `parts`, weighted as it counts',
      );
      names.push(Object.keys(outputs).join());
    }
    ensure(names[0] === names[1], 'parts and reports change their names', 'use fixed names');
  },
});

export const rowOrder = defineCheck<ModuleSubject>({
  name: 'row-order',
  states: 'The order of the rows does not change the loss.',
  async run(subject) {
    const bench = await benchOf(subject);
    const inputs = filledInputs(bench.harness, rows);
    const order = [...permutation(rows, hostRandom(4, 'kit/order'))];
    const mixed = mapArrays(inputs, (array) => selectRows(array, order));
    const wrong = differing(lossOf(bench, mixed), lossOf(bench, inputs), roundOff);
    ensure(
      wrong === undefined,
      `${wrong} when the rows come in the order ${order.join(', ')}`,
      'pair rows by subject or place within the batch, not by absolute position',
    );
  },
});

export const symmetric = defineCheck<LossSubject>({
  name: 'symmetric',
  states: 'Values that the author declares symmetric may be exchanged.',
  unfit: ({ of }) => (of.symmetric === undefined ? 'no `symmetric` is declared' : undefined),
  async run(subject) {
    const bench = await benchOf(subject);
    const inputs = filledInputs(bench.harness, rows);
    for (const [a, b] of subject.of.symmetric ?? []) {
      const other = (name: string) => {
        const [group = '', value = '', ...rest] = name.split('/');
        const swapped = value === a ? b : value === b ? a : value;
        return [group, ...(group === 'values' ? [swapped] : [value]), ...rest]
          .filter((part) => part !== '')
          .join('/');
      };
      const exchanged = Object.fromEntries(
        Object.keys(inputs).map((name) => [name, inputs[other(name)] as HostArray]),
      );
      const wrong = differing(lossOf(bench, exchanged), lossOf(bench, inputs), roundOff);
      ensure(
        wrong === undefined,
        `${wrong} when "${a}" and "${b}" are exchanged`,
        'average both directions, or do not declare the symmetry',
      );
    }
  },
});

export const pairing = defineCheck<LossSubject>({
  name: 'pairing',
  states: 'Where all values of a row are alike, mixing the rows of one raises the loss.',
  unfit: ({ of }) => (of.pairing === undefined ? 'no `pairing` is declared' : undefined),
  async run(subject) {
    const bench = await benchOf(subject);
    const drawn = filledInputs(bench.harness, rows);
    const mixedName = `values/${subject.of.pairing}`;
    const example = drawn[mixedName] as HostArray;
    const alike = mapArrays(drawn, (array, name) =>
      name.startsWith('values/') &&
      !name.endsWith('/present') &&
      array.shape.join() === example.shape.join()
        ? example
        : array,
    );
    const right = scalar(lossOf(bench, alike));
    for (let shift = 1; shift < rows; shift++) {
      const order = Array.from({ length: rows }, (_, i) => (i + shift) % rows);
      const mixed = { ...alike, [mixedName]: selectRows(example, order) };
      const wrong = scalar(lossOf(bench, mixed));
      ensure(
        wrong > right + 1e-3,
        `the loss is ${right.toPrecision(5)} for rows that belong together and ${wrong.toPrecision(5)} where "${subject.of.pairing}" is ${shift} rows on`,
        'compare row i with row i',
      );
    }
  },
});

export const limits = defineCheck<LossSubject>({
  name: 'limits',
  states: 'At the options that the author names the loss has its known value.',
  unfit: ({ of }) => (of.limits === undefined ? 'no `limits` are declared' : undefined),
  async run(subject) {
    for (const { name, options, expected } of subject.of.limits ?? []) {
      const use = { use: subject.id, options: { ...subject.options, ...options } };
      const loss = await subject.plugin.host.create('loss', use, subject.from);
      const harness = lossHarness(loss, subject.from, subject.of.inputs as MakeLossInput);
      const bench = openBench(subject.runtime, harness);
      const value = scalar(lossOf(bench, filledInputs(harness, rows)));
      const wanted = expected(rows);
      ensure(
        Math.abs(value - wanted) <= 1e-3 * Math.max(1, Math.abs(wanted)),
        `at the limit "${name}" the loss is ${value}, expected is ${wanted}`,
        'correct the loss or the limit',
      );
    }
  },
});

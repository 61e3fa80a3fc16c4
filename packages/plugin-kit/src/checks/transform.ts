/** @file Checks of transforms: shape, purity, randomness, fitted values. */
import { hostRandom } from '@dualbeat/core';
import type { Transform } from '@dualbeat/core';
import { defineCheck, ensure } from '../check.ts';
import type { CaseSubject } from '../check.ts';
import { distance, randomArray, sizeOf } from '../support/arrays.ts';
import { untouched } from './no-side-effects.ts';

export type TransformOf = {
  /** A row where standard normal values will not do. */
  readonly row?: (random: () => number) => Float32Array;
  /** Largest magnitude of finite outputs is not bounded, but inputs may have to be: 1e4 times random is left out. */
  readonly noLargeInputs?: string;
};
export type TransformCase = CaseSubject<'transform', TransformOf>;

const rowOf = ({ of, from }: TransformCase, seed: number): Float32Array => {
  const random = hostRandom(seed, 'kit/row');
  return (
    of.row?.(random) ?? (randomArray(from.input.shape, 'float32', random).data as Float32Array)
  );
};
async function* training(subject: TransformCase) {
  for (let seed = 10; seed < 16; seed++) yield rowOf(subject, seed);
}
async function fitted(subject: TransformCase, transform: Transform): Promise<unknown> {
  return transform.fit === undefined ? undefined : transform.fit(training(subject));
}
const middle = () => 0.5;

export const transformOutput = defineCheck<TransformCase>({
  name: 'transform-output',
  states:
    'Rows have the shape that `output` declares, and every axis of it is described; the input row stays as it is.',
  async run(subject) {
    const transform = await subject.make();
    const { output } = transform;
    ensure(
      output.axes.length === output.shape.length &&
        output.axes.every(
          ({ labels }, i) => labels === undefined || labels.length === output.shape[i],
        ),
      `the output has the shape [${output.shape.join(', ')}] and the axes ${output.axes.map((a) => `${a.name}${a.labels === undefined ? '' : ` (${a.labels.length} labels)`}`).join(', ')}`,
      'describe every axis of the output',
    );
    const given = await fitted(subject, transform);
    const x = rowOf(subject, 1);
    const before = x.slice();
    const y = transform.apply(x, given, hostRandom(1, 'kit/transform'));
    ensure(
      y instanceof Float32Array && y.length === sizeOf(output.shape),
      `it gives ${y.length} values for the shape [${output.shape.join(', ')}]`,
      'declare the shape that `apply` gives',
    );
    ensure(distance(x, before) === 0, 'it changes its input row', 'write into a new array');
  },
});

export const transformFinite = defineCheck<TransformCase>({
  name: 'transform-finite',
  states: 'Zeros, ones, random rows and 1e4 times random ones give finite rows.',
  async run(subject) {
    const transform = await subject.make();
    const given = await fitted(subject, transform);
    const x = rowOf(subject, 1);
    for (const [what, row] of [
      ['random', x],
      ['zeros', x.map(() => 0)],
      ['ones', x.map(() => 1)],
      ...(subject.of.noLargeInputs === undefined
        ? ([['1e4 times random', x.map((v) => 1e4 * v)]] as const)
        : []),
    ] as const) {
      const y = transform.apply(row, given, hostRandom(1, 'kit/transform'));
      const at = y.findIndex((v) => !Number.isFinite(v));
      ensure(at < 0, `the row "${what}" gives ${y[at]} at ${at}`, 'bound what is divided by');
    }
  },
});

export const transformSeeded = defineCheck<TransformCase>({
  name: 'transform-seeded',
  states:
    'The same stream gives the same row, whatever rows came before; other streams change augmentations alone.',
  async run(subject) {
    const transform = await subject.make();
    const given = await fitted(subject, transform);
    const at = (one: Transform, seed: number, row = 1) =>
      one.apply(rowOf(subject, row), given, hostRandom(seed, 'kit/transform'));
    const first = at(transform, 1);
    at(transform, 2, 2);
    for (const [what, again] of [
      ['after another row', at(transform, 1)],
      ['from a second one of the same options', at(await subject.make(), 1)],
    ] as const) {
      ensure(
        distance(again, first) === 0,
        `the same row and stream give another row ${what}`,
        'draw from `random` alone and keep nothing between rows',
      );
    }
    const still = (random: () => number) => transform.apply(rowOf(subject, 1), given, random);
    if (transform.when === 'always') {
      // evaluation has no stream: every draw is its middle
      ensure(
        distance(still(middle), still(middle)) === 0,
        'it gives different rows for the same draws',
        'draw from `random` alone',
      );
    }
  },
});

export const transformFitted = defineCheck<TransformCase>({
  name: 'transform-fitted',
  states:
    'What `fit` gives survives JSON and does the same afterwards; fitting twice gives the same.',
  async run(subject) {
    const transform = await subject.make();
    if (transform.fit === undefined) return;
    const [a, b] = [await fitted(subject, transform), await fitted(subject, transform)];
    ensure(
      JSON.stringify(a) === JSON.stringify(b),
      'fitting the same rows twice gives different values',
      'start each fit anew',
    );
    const through: unknown = JSON.parse(JSON.stringify(a));
    const stream = () => hostRandom(1, 'kit/transform');
    const x = rowOf(subject, 1);
    ensure(
      distance(
        (await subject.make()).apply(x, through, stream()),
        transform.apply(x, a, stream()),
      ) === 0,
      'fitted values do something else after JSON, or in a fresh one',
      'give plain lists and numbers, and hold nothing in the transform',
    );
  },
});

export const transformTouchesNothing = defineCheck<TransformCase>({
  name: 'apply-touches-nothing',
  states:
    '`fit` and `apply` use no Math.random and no clock, write nothing and open no connection.',
  async run(subject) {
    const transform = await subject.make();
    await untouched('`apply`', async () => {
      const given = await fitted(subject, transform);
      return transform.apply(rowOf(subject, 1), given, hostRandom(1, 'kit/transform'));
    });
  },
});

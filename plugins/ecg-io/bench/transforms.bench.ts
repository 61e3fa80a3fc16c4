/** @file Milliseconds per 12 x 5000 record of each transform: `npx vitest bench plugins/ecg-io`. */
import { hostRandom } from '@dualbeat/core';
import type { Transform, ViewSpec } from '@dualbeat/core';
import { Default } from 'typebox/value';
import { bench } from 'vitest';
import { transforms } from '../src/transforms/index.ts';

const input: ViewSpec = {
  shape: [12, 5000],
  dtype: 'float32',
  axes: [
    {
      name: 'lead',
      labels: ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'],
    },
    { name: 'time', spacing: 1 / 500, unit: 's' },
  ],
  unit: 'mV',
};
const random = hostRandom(1, 'bench');
const x = Float32Array.from({ length: 60000 }, (_, i) => Math.sin(i * 0.02) + random());

async function make(id: string, options: object): Promise<() => void> {
  const component = transforms.find((t) => t.id === id);
  if (component === undefined) throw new Error(id);
  const create = component.create as (o: unknown, from: { input: ViewSpec }) => Transform;
  const t = create(Default(component.options, options), { input });
  const fitted = JSON.parse(
    JSON.stringify(
      (await t.fit?.(
        (async function* () {
          yield x;
          yield x;
        })(),
      )) ?? null,
    ),
  );
  return () => void t.apply(x, fitted, random);
}

const cases: [string, object][] = transforms.map((t) => [
  t.id,
  {
    'random-crop': { samples: 2500 },
    'lead-subset': { leads: ['I', 'II'] },
    'fourier-surrogate': { probability: 1 },
  }[t.id] ?? {},
]);
cases.push(
  ['standardize', { over: 'lead-groups' }],
  ['standardize', { over: 'lead-time' }],
  ['jitter', { multiplicative: true }],
);
for (const [id, options] of cases) {
  const run = await make(id, options);
  bench(`${id} ${JSON.stringify(options)}`, run, { time: 300, warmupTime: 100 });
}

import { hostRandom, type Transform, type ViewSpec } from '@dualbeat/core';
import { expect, test } from 'vitest';
import { applyTransforms, fitTransforms } from './apply-transforms.ts';

const view = (samples: number): ViewSpec => ({
  shape: [samples],
  dtype: 'float32',
  axes: [{ name: 'time', spacing: 1 / 500, unit: 's' }],
  unit: 'mV',
});
const noise: Transform = {
  output: view(3),
  when: 'train',
  apply: (x, _fitted, random) => x.map((value) => value + random()),
};
const centre: Transform = {
  output: view(3),
  when: 'always',
  fit: async (training) => {
    let sum = 0;
    let count = 0;
    for await (const values of training) {
      for (const value of values) sum += value;
      count += values.length;
    }
    return sum / count;
  },
  apply: (x, fitted) => x.map((value) => value - (fitted as number)),
};
const double: Transform = {
  output: view(3),
  when: 'always',
  apply: (x) => x.map((value) => 2 * value),
};
const crop: Transform = { output: view(2), when: 'always', apply: (x) => x.slice(0, 2) };
const x = Float32Array.of(1, 2, 3);
const at = { seed: 7, epoch: 2, row: 11, mode: 'train' } as const;
const none = { fitted: null };

test('each transform draws from its own stream at (row, epoch)', () => {
  const chain = [
    { transform: double, name: 'double', ...none },
    { transform: noise, name: 'noise', ...none },
  ];
  const random = hostRandom(7, 'transform/1/noise', 11, 2);
  const want = Float32Array.from([2, 4, 6], (value) => value + random());
  expect(applyTransforms(x, chain, at)).toEqual(want);
  expect(applyTransforms(x, chain, { ...at, row: 12 })).not.toEqual(want);
  expect(applyTransforms(x, chain, { ...at, epoch: 3 })).not.toEqual(want);
  const longer = [...chain, { transform: crop, name: 'crop', ...none }];
  expect(applyTransforms(x, longer, at)).toEqual(want.slice(0, 2));
});

test('augmentations are left out in eval', () => {
  const chain = [{ transform: noise, name: 'noise', ...none }];
  expect(applyTransforms(x, chain, { ...at, mode: 'eval' })).toEqual(x);
  expect([...x]).toEqual([1, 2, 3]);
});

test('a transform is fitted on what the ones before it leave, without augmentations', async () => {
  const chain = [
    { transform: noise, name: 'noise' },
    { transform: double, name: 'double' },
    { transform: centre, name: 'centre' },
  ];
  let passes = 0;
  const training = async function* () {
    passes++;
    yield { row: 0, values: x };
    yield { row: 1, values: Float32Array.of(4, 5, 6) };
  };
  const fitted = await fitTransforms(chain, training, 0);
  expect(fitted.map((one) => one.fitted)).toEqual([null, null, 7]);
  expect(passes).toBe(1);
  expect([...applyTransforms(x, fitted, { ...at, mode: 'eval' })]).toEqual([-5, -3, -1]);
});

test('a transform that gives another size than it says is refused', () => {
  const wrong = { transform: { ...crop, output: view(5) }, name: 'crop', ...none };
  expect(() => applyTransforms(x, [wrong], at)).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_TRANSFORM_SHAPE: the transform "crop" gave 2 numbers, its output has 5. Fix: correct the transform: \`apply\` must give what \`output\` says.]`,
  );
});

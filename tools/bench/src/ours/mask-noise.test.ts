import { keyOf } from '@dualbeat/core';
import type { Runtime } from '@dualbeat/core';
import { makeRng } from '@dualbeat/nn';
import { openRuntime } from '@dualbeat/tensor';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { maskNoise } from './mask-noise.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await openRuntime({ use: 'js' });
});
afterAll(() => runtime.close());

test('the exported noise is what the task draws at each step, to the bit', () => {
  const { tf } = runtime;
  const noise = maskNoise({ seed: 5, stage: 'mae', steps: 2, rows: 3, tokens: 10 });
  const key = runtime.tensor({ shape: [2], data: Int32Array.from(keyOf(5)) }, 'int32');
  const drawn = [0, 1].flatMap((step) => {
    const at = { key, step: tf.scalar(step, 'int32'), firstRow: tf.scalar(0, 'int32') };
    return [...runtime.read(makeRng(tf, at, 'mae/train').fold('mask').uniform([3, 10]))];
  });
  expect([...noise.data]).toEqual(drawn);
});

import { at, type Tensor } from '@dualbeat/core';
import { expect, test } from 'vitest';
import { open, runtimeNames } from '../../test/support.ts';
import { cosine } from './simsiam-loss.ts';

test.each(runtimeNames)('a zero row has cosine 0 and a finite gradient, on %s', async (name) => {
  const runtime = await open(name);
  const { tf } = runtime;
  const result = runtime.compile('cosine', (x: Tensor) => {
    const y = tf.tensor2d([
      [1, 2],
      [2, 1],
    ]);
    const { value, grads } = runtime.valueAndGrad(
      (p) => ({ value: tf.sum(cosine(tf, at(p, 'x'), y)), aux: {} }),
      { x },
    );
    return { value, grad: at(grads, 'x') };
  })(
    tf.tensor2d([
      [0, 0],
      [3, 4],
    ]),
  );
  expect(runtime.read(result.value)[0]).toBeCloseTo(10 / (5 * Math.sqrt(5)), 6);
  expect([...runtime.read(result.grad)].every(Number.isFinite)).toBe(true);
  runtime.close();
});

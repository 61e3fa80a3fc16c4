import { philoxWords, streamOf } from '@dualbeat/core';
import type { Rng, Runtime } from '@dualbeat/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contextOf, open, run, runtimeNames, sum } from '../test/support.ts';

describe.each(runtimeNames)('traced random numbers on the runtime %s', (name) => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await open(name);
  });
  afterAll(() => runtime.close());

  const draw = (
    of: Parameters<typeof contextOf>[1],
    fn: (rng: Rng) => ReturnType<Rng['uniform']>,
  ) => run(runtime, {}, () => ({ y: fn(contextOf(runtime, of).rng) }))['y']!;

  test('uniforms are the words of the stream of path and call number', () => {
    const words = philoxWords([7, 0], {
      stream: streamOf('test/mask#0'),
      step: 3,
      firstRow: 4,
      rows: 2,
      elements: 6,
    });
    const want = [...words].map((word) => (word >>> 8) * 2 ** -24);
    expect(draw({ step: 3, firstRow: 4 }, (rng) => rng.fold('mask').uniform([2, 2, 3]))).toEqual(
      want,
    );
  });

  test('a second call at a path draws anew; the same trace again draws the same', () => {
    const both = () =>
      run(runtime, {}, () => {
        const { rng } = contextOf(runtime);
        return {
          a: rng.fold('x').uniform([2, 5]),
          b: rng.fold('x').uniform([2, 5]),
          c: rng.fold('y').uniform([2, 5]),
        };
      });
    const [once, again] = [both(), both()];
    expect(once).toEqual(again);
    expect(once['a']).not.toEqual(once['b']);
    expect(once['a']).not.toEqual(once['c']);
  });

  test('a slice of rows draws what the whole batch draws', () => {
    const whole = draw({}, (rng) => rng.normal([4, 3]));
    const part = draw({ firstRow: 2 }, (rng) => rng.normal([2, 3]));
    expect(part).toEqual(whole.slice(6));
  });

  test('normals are finite with mean 0 and variance 1', () => {
    const values = draw({}, (rng) => rng.normal([100, 200]));
    const mean = sum(values) / values.length;
    const variance = sum(values.map((v) => (v - mean) ** 2)) / values.length;
    expect(values.every(Number.isFinite)).toBe(true);
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.04);
  });

  test('a shape without rows is refused', () => {
    expect(() => draw({}, (rng) => rng.fold('x').uniform([]))).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_RNG_SHAPE: test/x: random numbers of shape [] have no row axis. Fix: give a shape whose first axis is the rows of the batch.]`,
    );
  });
});

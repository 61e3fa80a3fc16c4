import { hostRandom } from '@dualbeat/core';
import type { Runtime } from '@dualbeat/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  array,
  contextOf,
  distance,
  open,
  run,
  runtimeNames,
  sequence,
  sum,
} from '../test/support.ts';
import {
  attentionSpecs,
  batchNorm,
  dropout,
  dropPath,
  linear,
  normal,
  prefixed,
  scope,
  truncatedNormal,
  within,
  xavierUniform,
} from './index.ts';

test('scope is the inverse of prefixed and takes whole name parts', () => {
  const parts = fc.dictionary(fc.stringMatching(/^[a-z]{1,4}(\/[a-z]{1,4})?$/), fc.integer());
  fc.assert(
    fc.property(parts, parts, (a, b) => {
      const both = { ...prefixed(a, 'blocks/1'), ...prefixed(b, 'blocks/10') };
      expect(scope(both, 'blocks/1')).toEqual({ ...a });
      expect(scope(both, 'blocks/10')).toEqual({ ...b });
    }),
  );
});

test('xavier stays in its bound, with the variance of the uniform distribution', () => {
  const values = [...xavierUniform([60, 90])(hostRandom(0, 'w'))];
  const bound = Math.sqrt(6 / 150);
  expect(values).toHaveLength(5400);
  expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(bound);
  expect(sum(values.map((v) => v * v)) / values.length / (bound ** 2 / 3)).toBeCloseTo(1, 1);
});

test('normals have their deviation, truncated ones their bound', () => {
  const plain = [...normal([4000], 0.02)(hostRandom(0, 'n'))];
  const cut = [...truncatedNormal([4000], 0.02)(hostRandom(0, 't'))];
  expect(Math.sqrt(sum(plain.map((v) => v * v)) / 4000) / 0.02).toBeCloseTo(1, 1);
  expect(Math.max(...cut.map(Math.abs))).toBeLessThanOrEqual(0.04);
});

test('heads that do not share the width are refused', () => {
  expect(() => attentionSpecs(10, 4)).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_ATTENTION_WIDTH: a width of 10 cannot be shared by 4 attention heads. Fix: choose a width that is a multiple of the heads, for example 12.]`,
  );
});

describe.each(runtimeNames)('layers on the runtime %s', (name) => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await open(name);
  });
  afterAll(() => runtime.close());

  test('linear folds leading axes', () => {
    const inputs = {
      weight: sequence([3, 2], (k) => k),
      bias: array([2], [10, 20]),
      x: sequence([2, 2, 3], (k) => k),
    };
    const { y } = run(runtime, inputs, ({ x, ...params }) => ({
      y: linear(runtime.tf, params, x!),
    }));
    expect(y).toEqual([32, 48, 59, 84, 86, 120, 113, 156]);
  });

  test('dropout keeps the expectation, and does nothing in eval', () => {
    const inputs = { x: sequence([50, 200], () => 1) };
    const { dropped, same } = run(runtime, inputs, ({ x }) => ({
      dropped: dropout(contextOf(runtime, { mode: 'train' }), x!, 0.25),
      same: runtime.tf.add(dropout(contextOf(runtime), x!, 0.25), 0),
    }));
    expect(new Set(dropped)).toEqual(new Set([0, Math.fround(4 / 3)]));
    expect(sum(dropped!) / dropped!.length).toBeCloseTo(1, 1);
    expect(same!.every((v) => v === 1)).toBe(true);
  });

  test('drop-path drops whole samples', () => {
    const inputs = { x: sequence([40 * 3, 2], () => 1) };
    const { y } = run(runtime, inputs, ({ x }) => ({
      y: dropPath(contextOf(runtime, { mode: 'train' }), x!, 40, 0.5),
    }));
    const samples = Array.from({ length: 40 }, (_, i) => new Set(y!.slice(6 * i, 6 * i + 6)));
    expect(samples.every((values) => values.size === 1)).toBe(true);
    expect(new Set(y)).toEqual(new Set([0, 2]));
  });

  test('batch norm: absent rows do not count, running statistics move and then serve', () => {
    const rows = [
      [1, 10],
      [3, 30],
      [5, 20],
    ];
    const inputs = {
      x: array([4, 2], [...rows.flat(), 999, -999]),
      present: { shape: [4], data: Uint8Array.of(1, 1, 1, 0) },
      weight: array([2], [2, 1]),
      bias: array([2], [0, 5]),
      mean: array([2], [0, 0]),
      variance: array([2], [1, 1]),
    };
    const { y, mean, variance, frozen } = run(
      runtime,
      inputs,
      ({ x, present, weight, bias, mean, variance }) => {
        const vars = {
          params: { weight: weight!, bias: bias! },
          state: { mean: mean!, variance: variance! },
        };
        const options = { epsilon: 0, momentum: 0.1 };
        const trained = batchNorm(
          contextOf(runtime, { mode: 'train' }),
          vars,
          x!,
          options,
          present,
        );
        const ctx = within(
          contextOf(runtime, { mode: 'train', frozen: (param) => param === 'norm/weight' }),
          'norm',
        );
        const kept = batchNorm(ctx, { ...vars, state: trained.state }, x!, options, present);
        expect(kept.state).toEqual({});
        return {
          y: trained.outputs,
          mean: trained.state['mean']!,
          variance: trained.state['variance']!,
          frozen: kept.outputs,
        };
      },
    );
    const s = Math.sqrt(1.5);
    expect(distance(y!.slice(0, 6), [-2 * s, 5 - s, 0, 5 + s, 2 * s, 5])).toBeLessThan(1e-5);
    expect(distance(mean!, [0.3, 2])).toBeLessThan(1e-6);
    expect(distance(variance!, [0.9 + 0.4, 0.9 + 10])).toBeLessThan(1e-5);
    expect(frozen![0]).toBeCloseTo((2 * (1 - 0.3)) / Math.sqrt(1.3), 5);
  });
});

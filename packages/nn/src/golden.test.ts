/**
 * @file Golden values of the layers, computed in double precision with the reference implementations.
 * Tolerance 2e-6 absolute on values near 1: float32 against float64.
 */
import type { Runtime } from '@dualbeat/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  contextOf,
  count,
  distance,
  fill,
  open,
  run,
  runtimeNames,
  sequence,
  sum,
} from '../test/support.ts';
import {
  batchNorm,
  batchNormSpecs,
  linear,
  linearSpecs,
  prefixed,
  scope,
  scopeVars,
  sinCosPositions2d,
  transformerBlock,
  transformerBlockSpecs,
} from './index.ts';

const tolerance = 2e-6;

describe.each(runtimeNames)('layers on the runtime %s', (name) => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await open(name);
  });
  afterAll(() => runtime.close());

  test('pre-norm block: 872 values, rows 0 and 2, sum', () => {
    const specs = transformerBlockSpecs({ width: 8, heads: 2, mlpRatio: 4 });
    expect(count(specs)).toBe(872);
    const inputs = { ...fill(specs, 0.05), x: sequence([3, 8], Math.cos) };
    const { y, weights } = run(runtime, inputs, ({ x, ...params }) => {
      const block = transformerBlock(contextOf(runtime), params, x!, {
        batch: 1,
        heads: 2,
        weights: true,
      });
      return { y: block.outputs, weights: block.weights! };
    });
    const row0 = [
      0.55821352, -0.43918822, -1.01120982, -0.65871082, 0.2833977, 0.96951571, 0.76606408,
      -0.16300456,
    ];
    const row2 = [
      -0.25505942, 0.62938509, 0.95163514, 0.38490862, -0.56198741, -0.99641461, -0.51655438,
      0.4199587,
    ];
    expect(distance(y!.slice(0, 8), row0)).toBeLessThan(tolerance);
    expect(distance(y!.slice(16), row2)).toBeLessThan(tolerance);
    expect(sum(y!)).toBeCloseTo(-1.2799063424397497, 5);
    // [1, heads, 3, 3], each row a distribution over keys
    expect(weights).toHaveLength(18);
    for (let row = 0; row < 6; row++)
      expect(sum(weights!.slice(3 * row, 3 * row + 3))).toBeCloseTo(1, 6);
  });

  test('a block treats samples apart: a batch of two is two batches of one', () => {
    const specs = transformerBlockSpecs({ width: 8, heads: 2, mlpRatio: 2 });
    const inputs = {
      ...fill(specs, 0.3),
      a: sequence([3, 8], (k) => Math.sin(0.7 * k)),
      b: sequence([3, 8], (k) => Math.cos(1.3 * k)),
    };
    const { apart, joint } = run(runtime, inputs, ({ a, b, ...params }) => {
      const { tf } = runtime;
      const block = (x: typeof a, batch: number) =>
        transformerBlock(contextOf(runtime), params, x!, { batch, heads: 2 }).outputs;
      return {
        apart: tf.concat([block(a, 1), block(b, 1)], 0),
        joint: block(tf.concat([a!, b!], 0), 2),
      };
    });
    expect(distance(apart!, joint!)).toBeLessThan(tolerance);
  });

  test('the gradient of a block agrees with finite differences', () => {
    const specs = transformerBlockSpecs({ width: 8, heads: 2, mlpRatio: 2 });
    const inputs = { ...fill(specs, 0.3), x: sequence([6, 8], (k) => Math.sin(0.7 * k)) };
    const step = 1e-2;
    const { analytic, numeric } = run(runtime, inputs, ({ x, ...params }) => {
      const { tf } = runtime;
      const value = (of: typeof params) =>
        tf.mean(
          tf.square(transformerBlock(contextOf(runtime), of, x!, { batch: 2, heads: 2 }).outputs),
        );
      const moved = (by: number) =>
        value(
          Object.fromEntries(
            Object.entries(params).map(([k, p]) => [k, tf.add(p, tf.mul(tf.cos(p), by))]),
          ),
        );
      const { grads } = runtime.valueAndGrad((of) => ({ value: value(of), aux: {} }), params);
      const along = Object.entries(params).map(([k, p]) => tf.sum(tf.mul(grads[k]!, tf.cos(p))));
      return {
        analytic: tf.addN(along),
        // fourth order: 432 parameters move at once, so the third derivative shows otherwise
        numeric: tf.div(
          tf.sub(
            tf.mul(tf.sub(moved(step), moved(-step)), 8),
            tf.sub(moved(2 * step), moved(-2 * step)),
          ),
          12 * step,
        ),
      };
    });
    expect(Math.abs(numeric![0]! / analytic![0]! - 1)).toBeLessThan(1e-3);
  });

  test('exact GELU', () => {
    const inputs = { x: { shape: [6], data: Float32Array.of(-2, -1, -0.5, 0.5, 1, 2) } };
    const { y } = run(runtime, inputs, ({ x }) => ({ y: runtime.tf.gelu(x!) }));
    const want = [
      -0.0455002639, -0.1586552539, -0.1542687694, 0.3457312306, 0.8413447461, 1.9544997361,
    ];
    expect(distance(y!, want)).toBeLessThan(1e-6);
  });

  test('linear - norm - relu - linear - norm without biases, training: the 4 -> 5 -> 3 projection head', () => {
    const bn = (width: number) => batchNormSpecs(width);
    const specs = {
      ...prefixed(linearSpecs({ in: 4, out: 5, bias: false }), 'fc1'),
      ...prefixed(bn(5).params, 'norm1'),
      ...prefixed(linearSpecs({ in: 5, out: 3, bias: false }), 'fc2'),
      ...prefixed(bn(3).params, 'norm2'),
    };
    const statistics = { epsilon: 1e-5, momentum: 0.1 };
    const inputs = { ...fill(specs, 0.05), x: sequence([3, 4], Math.cos) };
    const { y } = run(runtime, inputs, ({ x, ...params }) => {
      const { tf } = runtime;
      const ctx = contextOf(runtime, { mode: 'train' });
      const state = Object.fromEntries(
        [['norm1', 5] as const, ['norm2', 3] as const].flatMap(([norm, width]) => [
          [`${norm}/mean`, tf.zeros([width])],
          [`${norm}/variance`, tf.ones([width])],
        ]),
      );
      const vars = { params, state };
      const h1 = batchNorm(
        ctx,
        scopeVars(vars, 'norm1'),
        linear(tf, scope(params, 'fc1'), x!),
        statistics,
      );
      const h2 = linear(tf, scope(params, 'fc2'), tf.relu(h1.outputs));
      return { y: batchNorm(ctx, scopeVars(vars, 'norm2'), h2, statistics).outputs };
    });
    const want = [
      1.4115856, -1.18830416, -1.31320613, -0.67959433, 0.64827875, 0.63507676, -0.87505417,
      0.50066918, 0.77866375,
    ];
    // norms of three rows of small spread magnify the float32 rounding
    expect(distance(y!, want)).toBeLessThan(2e-5);
  });
});

describe('sine-cosine positions', () => {
  test('width 8, grid 2 x 3, with cls', () => {
    const [s1, s01, c1, c01] = [0.84147102, 0.00999983, 0.54030228, 0.99994999];
    const [s2, s02, c2, c02] = [0.90929741, 0.01999867, -0.41614681, 0.99980003];
    const want = [
      [0, 0, 0, 0, 0, 0, 0, 0],
      [0, 0, 1, 1, 0, 0, 1, 1],
      [s1, s01, c1, c01, 0, 0, 1, 1],
      [s2, s02, c2, c02, 0, 0, 1, 1],
      [0, 0, 1, 1, s1, s01, c1, c01],
      [s1, s01, c1, c01, s1, s01, c1, c01],
      [s2, s02, c2, c02, s1, s01, c1, c01],
    ].flat();
    expect(distance([...sinCosPositions2d([2, 3], 8, 1)], want)).toBeLessThan(1e-7);
  });

  test('width 576, grid 12 x 50: sums and single entries', () => {
    const table = [...sinCosPositions2d([12, 50], 576, 1)];
    expect(sum(table) / 149406.00427).toBeCloseTo(1, 6);
    expect(sum(table.map(Math.abs)) / 196316.57903).toBeCloseTo(1, 6);
    const row = (r: number, channels: readonly number[]) =>
      channels.map((c) => table[r * 576 + c]!);
    const lead0 = row(2, [0, 1, 143, 144, 145, 287, 288, 289, 575]);
    expect(
      distance(lead0, [0.84147102, 0.80640173, 0.00010661, 0.54030228, 0.59136814, 1, 0, 0, 1]),
    ).toBeLessThan(1e-6);
    const lead1 = row(51, [0, 1, 143, 144, 288, 289, 431, 432]);
    expect(
      distance(lead1, [0, 0, 0, 1, 0.84147102, 0.80640173, 0.00010661, 0.54030228]),
    ).toBeLessThan(1e-6);
    const last = row(600, [0, 1, 143, 144, 288, 432]);
    expect(
      distance(last, [-0.95375264, 0.9167375, 0.00522362, 0.30059254, -0.99999022, 0.0044257]),
    ).toBeLessThan(2e-6);
  });

  test('a width that is no multiple of 4 is refused', () => {
    expect(() => sinCosPositions2d([1, 2], 6, 1)).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_POSITION_WIDTH: sine-cosine positions need a width that is a multiple of 4, not 6. Fix: choose a width like 8, or learned positions.]`,
    );
  });
});

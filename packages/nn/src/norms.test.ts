import type { HostArray, Runtime } from '@dualbeat/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  array,
  contextOf,
  distance,
  fill,
  open,
  run,
  runtimeNames,
  sequence,
  sum,
} from '../test/support.ts';
import { batchNorm, batchNormSpecs, conv3d, groupNorm, groupNormSpecs, relu } from './index.ts';

const options = { epsilon: 1e-5, momentum: 0.1 };

test('groups that do not share the channels are refused', () => {
  expect(() => groupNormSpecs(6, 4)).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_GROUP_WIDTH: 6 channels cannot be shared by 4 groups. Fix: choose a number of groups that divides all widths, for example 8.]`,
  );
});

describe.each(runtimeNames)('normalisation on the runtime %s', (name) => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await open(name);
  });
  afterAll(() => runtime.close());

  // float64 values of PyTorch; sums of 216 float32 values agree to about 1e-5
  test('paper.md 5.6: convolution, batch norm, ReLU; training, then evaluation', () => {
    const [B, C, S, H, W] = [2, 2, 4, 5, 6];
    const x = new Float32Array(B * C * S * H * W);
    for (let i = 0; i < x.length; i++) {
      const [w, h, s] = [i % W, Math.floor(i / W) % H, Math.floor(i / (W * H)) % S];
      const [c, b] = [Math.floor(i / (W * H * S)) % C, Math.floor(i / (W * H * S * C))];
      x[(((b * S + s) * H + h) * W + w) * C + c] = Math.sin(0.3 * (i + 1));
    }
    let n = 0;
    const next = (): number => 0.05 * Math.sin(++n);
    const weight = new Float32Array(162);
    for (let o = 0; o < 3; o++)
      for (let c = 0; c < 2; c++) for (let k = 0; k < 27; k++) weight[(k * 2 + c) * 3 + o] = next();
    const gain = array([3], [1 + next(), 1 + next(), 1 + next()]);
    const offset = array([3], [next(), next(), next()]);
    const inputs = {
      x: array([B, S, H, W, C], x),
      kernel: array([3, 3, 3, 2, 3], weight),
      gain,
      offset,
      mean: array([3], [0, 0, 0]),
      variance: array([3], [1, 1, 1]),
    };
    const out = run(runtime, inputs, (v) => {
      const step = { stride: [1, 2, 2], padding: [1, 1, 1] } as const;
      const made = conv3d(runtime.tf, { weight: v['kernel']! }, v['x']!, step);
      const params = { weight: v['gain']!, bias: v['offset']! };
      const before = { mean: v['mean']!, variance: v['variance']! };
      const train = contextOf(runtime, { mode: 'train' });
      const trained = batchNorm(train, { params, state: before }, made, options);
      const after = trained.state as typeof before;
      const later = batchNorm(contextOf(runtime), { params, state: after }, made, options);
      const first = (y: typeof made) => runtime.tf.transpose(runtime.tf.relu(y), [0, 4, 1, 2, 3]);
      return { train: first(trained.outputs), eval: first(later.outputs), ...after };
    });
    expect(sum(out['train']!)).toBeCloseTo(94.94670836892529, 3);
    expect(distance(out['train']!.slice(0, 5), [0, 0.13606501, 0.63842688, 0, 0])).toBeLessThan(
      1e-5,
    );
    expect(distance(out['variance']!, [0.9035267, 0.90437744, 0.9033896])).toBeLessThan(1e-6);
    expect(distance(out['mean']!, [0, 0, 0])).toBeLessThan(1e-5);
    expect(sum(out['eval']!)).toBeCloseTo(18.01087003724899, 3);
    expect(
      distance(out['eval']!.slice(0, 5), [0.01606966, 0.0461307, 0.1447027, 0, 0]),
    ).toBeLessThan(1e-5);
  });

  const volumes = (rows: number): HostArray =>
    sequence([rows, 3, 2, 2, 4], (k) => Math.sin(0.37 * k) + 0.1 * (k % 4));
  const variables = () => {
    const { params } = batchNormSpecs(4);
    return {
      ...fill(params, 0.3),
      mean: array([4], [0, 1, 2, 3]),
      variance: array([4], [1, 2, 3, 4]),
    };
  };
  const apply = (x: HostArray, present: readonly boolean[] | undefined) =>
    run(
      runtime,
      {
        ...variables(),
        x,
        ...(present === undefined
          ? {}
          : { present: { shape: [present.length], data: Uint8Array.from(present, Number) } }),
      },
      ({ x, weight, bias, mean, variance, present }) => {
        const { value, aux, grads } = runtime.valueAndGrad(
          (p) => {
            const vars = {
              params: { weight: p['weight']!, bias: p['bias']! },
              state: { mean: mean!, variance: variance! },
            };
            const made = batchNorm(
              contextOf(runtime, { mode: 'train' }),
              vars,
              p['x']!,
              options,
              present,
            );
            const some = runtime.tf.slice(made.outputs, [0, 0, 0, 0, 0], [3, 3, 2, 2, 4]);
            const by = runtime.tf.reshape(
              runtime.tf.cos(runtime.tf.range(0, some.size, 1, 'float32')),
              some.shape,
            );
            return {
              value: runtime.tf.sum(runtime.tf.mul(some, by)),
              aux: { some, ...made.state },
            };
          },
          { x: x!, weight: weight!, bias: bias! },
        );
        return { value, ...aux, dx: grads['x']!, dWeight: grads['weight']!, dBias: grads['bias']! };
      },
    );

  test('absent rows spoil nothing: as if they were not there', () => {
    const three = volumes(3);
    const five = {
      shape: [5, 3, 2, 2, 4],
      data: Float32Array.from([
        ...three.data,
        ...Array.from({ length: 96 }, (_, i) => 50 * Math.cos(i)),
      ]),
    };
    const [alone, beside] = [
      apply(three, undefined),
      apply(five, [true, true, true, false, false]),
    ];
    expect(distance(beside['dx']!.slice(0, three.data.length), alone['dx']!)).toBeLessThan(1e-5);
    expect(beside['dx']!.slice(three.data.length).every((g) => g === 0)).toBe(true);
    for (const part of ['some', 'mean', 'variance', 'dWeight', 'dBias'])
      expect(distance(beside[part]!, alone[part]!)).toBeLessThan(2e-5);
  });

  test('without a present row the running statistics stay', () => {
    const none = apply(volumes(3), [false, false, false]);
    expect(none['mean']).toEqual([0, 1, 2, 3]);
    expect(none['variance']).toEqual([1, 2, 3, 4]);
    expect(none['dx']!.every(Number.isFinite)).toBe(true);
  });

  test('frozen: the running statistics, unchanged, also in training', () => {
    const call = (mode: 'train' | 'eval', frozen: boolean) =>
      run(runtime, { ...variables(), x: volumes(2) }, ({ x, weight, bias, mean, variance }) => {
        const vars = {
          params: { weight: weight!, bias: bias! },
          state: { mean: mean!, variance: variance! },
        };
        const made = batchNorm(
          contextOf(runtime, { mode, frozen: () => frozen }),
          vars,
          x!,
          options,
        );
        expect(Object.keys(made.state)).toEqual(
          frozen || mode === 'eval' ? [] : ['mean', 'variance'],
        );
        return { y: made.outputs };
      });
    expect(call('train', true)).toEqual(call('eval', false));
    expect(call('train', false)).not.toEqual(call('eval', false));
  });

  test('group norm: mean 0 and variance 1 within each group of each row; rows apart; gradients by differences', () => {
    const { tf } = runtime;
    const x = volumes(2);
    const params = fill(groupNormSpecs(4, 2), 0.3);
    const call = (values: HostArray, plain = false) =>
      run(runtime, { x: values, ...params }, ({ x, weight, bias }) => {
        const { aux, value, grads } = runtime.valueAndGrad(
          (p) => {
            const affine = plain
              ? { weight: tf.ones([4]), bias: tf.zeros([4]) }
              : { weight: p['weight']!, bias: p['bias']! };
            const y = groupNorm(tf, affine, p['x']!, { groups: 2, epsilon: 1e-5 });
            const by = tf.reshape(tf.cos(tf.range(0, y.size, 1, 'float32')), y.shape);
            return { value: tf.sum(tf.mul(y, by)), aux: { y } };
          },
          { x: x!, weight: weight!, bias: bias! },
        );
        return { value, y: aux.y, dx: grads['x']! };
      });
    const plain = call(x, true)['y']!;
    const group = plain.filter((_, i) => Math.floor(i / 48) === 1 && i % 4 < 2);
    expect(sum(group) / group.length).toBeCloseTo(0, 5);
    expect(sum(group.map((v) => v * v)) / group.length).toBeCloseTo(1, 3);
    const { value, dx } = call(x);
    for (const i of [0, 17, 63]) {
      const step = 0.05;
      const at = (by: number): number =>
        call({ ...x, data: Float32Array.from(x.data, (v, j) => (i === j ? v + by : v)) })[
          'value'
        ]![0]!;
      expect((at(step) - at(-step)) / (2 * step)).toBeCloseTo(dx![i]!, 2);
    }
    expect(value![0]).toBeTypeOf('number');
    const other = { ...x, data: Float32Array.from(x.data, (v, i) => (i < 48 ? v : 9 * v)) };
    expect(distance(call(other)['y']!.slice(0, 48), call(x)['y']!.slice(0, 48))).toBeLessThan(1e-6);
  });

  test('ReLU has its gradient where the result is positive', () => {
    const { tf } = runtime;
    const { y, dx } = run(runtime, { x: array([4], [-1, 0, 2, 3]) }, (inputs) => {
      const { aux, grads } = runtime.valueAndGrad((p) => {
        const made = relu(tf, p['x']!);
        return { value: tf.sum(tf.square(made)), aux: { made } };
      }, inputs);
      return { y: aux.made, dx: grads['x']! };
    });
    expect(y).toEqual([0, 0, 2, 3]);
    expect(dx).toEqual([0, 0, 4, 6]);
  });
});

import type { Axes3 } from './index.ts';
import type { HostArray, Runtime } from '@dualbeat/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { distance, open, run, runtimeNames, sequence } from '../test/support.ts';
import {
  conv3d,
  conv3dSpecs,
  isSame,
  maxPool3d,
  paddingOf,
  thin,
  windowCount,
  windowed,
} from './index.ts';

type Step = { kernel: Axes3; stride: Axes3; padding: Axes3 };

/** By the definition: x [B, S, H, W, C], weight [s, h, w, C, out]. */
function convolved(x: HostArray, weight: HostArray, { kernel, stride, padding }: Step): number[] {
  const [batch, ...size] = x.shape.slice(0, 4) as [number, number, number, number];
  const [width, out] = weight.shape.slice(3) as [number, number];
  const to = windowed(size, kernel, { stride, padding });
  const result: number[] = [];
  const places = (n: Axes3): Axes3[] =>
    Array.from({ length: n[0] * n[1] * n[2] }, (_, i) => [
      Math.floor(i / (n[1] * n[2])),
      Math.floor(i / n[2]) % n[1],
      i % n[2],
    ]);
  for (let b = 0; b < batch; b++)
    for (const place of places(to))
      for (let o = 0; o < out; o++) {
        let sum = 0;
        for (const [k, offset] of places(kernel).entries()) {
          const from = [0, 1, 2].map((i) => place[i]! * stride[i]! + offset[i]! - padding[i]!);
          if (from.some((at, i) => at < 0 || at >= size[i]!)) continue;
          const start =
            (((b * size[0] + from[0]!) * size[1] + from[1]!) * size[2] + from[2]!) * width;
          for (let c = 0; c < width; c++)
            sum += x.data[start + c]! * weight.data[(k * width + c) * out + o]!;
        }
        result.push(sum);
      }
  return result;
}

const axes = (least: number, most: number) =>
  fc.tuple(
    ...([0, 1, 2].map(() => fc.integer({ min: least, max: most })) as [
      fc.Arbitrary<number>,
      fc.Arbitrary<number>,
      fc.Arbitrary<number>,
    ]),
  );

test('padding: windows meet what they would meet with zeros on both sides; same means the same', () => {
  const window = fc.record({
    kernel: fc.integer({ min: 1, max: 7 }),
    stride: fc.integer({ min: 1, max: 3 }),
    padding: fc.integer({ min: 0, max: 3 }),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), window, (size, of) => {
      fc.pre(windowCount(size, of) >= 1 && of.padding < of.kernel);
      const [before, after] = paddingOf(size, of);
      const unpadded = { ...of, padding: 0 };
      expect(windowCount(size + before + after, unpadded)).toBe(windowCount(size, of));
      expect(after).toBeLessThanOrEqual(of.padding);
      if (isSame(size, of)) expect(windowCount(size, of)).toBe(Math.ceil(size / of.stride));
    }),
  );
  // 92 columns of the paper's volumes under the stem: PyTorch starts 3 columns before, TensorFlow's 'same' 2
  expect(isSame(92, { kernel: 7, stride: 2, padding: 3 })).toBe(false);
  expect(isSame(85, { kernel: 7, stride: 2, padding: 3 })).toBe(true);
});

test('a kernel that does not fit is refused', () => {
  expect(() =>
    windowed([2, 5, 5], [3, 3, 3], { stride: [1, 1, 1], padding: [0, 1, 1] }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_CONV_FIT: a kernel of 3 x 3 x 3 (slices x rows x columns) with a padding of 0 x 1 x 1 does not fit into 2 x 5 x 5. Fix: choose smaller kernels or strides, more padding, or a larger view.]`,
  );
});

describe.each(runtimeNames)('convolutions on the runtime %s', (name) => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await open(name);
  });
  afterAll(() => runtime.close());

  const check = (step: Step, size: Axes3): void => {
    const x = sequence([2, ...size, 2], (k) => Math.sin(1.3 * k));
    const shape = conv3dSpecs({ kernel: step.kernel, in: 2, out: 3 })['weight']!.shape;
    const weight = sequence(shape, (k) => Math.cos(0.7 * k * k));
    const { y, dx, dw } = run(runtime, { x, weight }, (inputs) => {
      const { tf } = runtime;
      const { aux, grads } = runtime.valueAndGrad((p) => {
        const made = conv3d(tf, { weight: p['weight']! }, p['x']!, step);
        const by = tf.reshape(tf.cos(tf.range(0, made.size, 1, 'float32')), made.shape);
        return { value: tf.sum(tf.mul(made, by)), aux: { y: made } };
      }, inputs);
      return { y: aux.y, dx: grads['x']!, dw: grads['weight']! };
    });
    expect(distance(y!, convolved(x, weight, step))).toBeLessThan(2e-5);
    // it is linear in both: the gradient along an argument itself is the value
    const value = y!.reduce((sum, v, i) => sum + v * Math.cos(i), 0);
    const along = (grad: number[], of: HostArray) =>
      grad.reduce((sum, g, i) => sum + g * of.data[i]!, 0);
    expect(along(dx!, x)).toBeCloseTo(value, 3);
    expect(along(dw!, weight)).toBeCloseTo(value, 3);
    // and one entry of each by a difference
    const moved = (of: HostArray, i: number): HostArray => ({
      ...of,
      data: Float32Array.from(of.data, (v, j) => (i === j ? v + 1 : v)),
    });
    const weighed = (values: number[]) => values.reduce((sum, v, i) => sum + v * Math.cos(i), 0);
    const [i, j] = [Math.floor(x.data.length / 3), Math.floor(weight.data.length / 2)];
    expect(weighed(convolved(moved(x, i), weight, step)) - value).toBeCloseTo(dx![i]!, 3);
    expect(weighed(convolved(x, moved(weight, j), step)) - value).toBeCloseTo(dw![j]!, 3);
  };

  test.each<[string, Step, Axes3]>([
    ['points', { kernel: [1, 1, 1], stride: [1, 1, 1], padding: [0, 0, 0] }, [3, 4, 5]],
    ['strided points', { kernel: [1, 1, 1], stride: [1, 2, 2], padding: [0, 0, 0] }, [3, 5, 4]],
    [
      'strided points over slices',
      { kernel: [1, 1, 1], stride: [2, 3, 1], padding: [0, 0, 0] },
      [5, 7, 2],
    ],
    ['planes', { kernel: [1, 3, 3], stride: [1, 1, 1], padding: [0, 1, 1] }, [2, 5, 6]],
    [
      'strided planes, even',
      { kernel: [1, 3, 3], stride: [1, 2, 2], padding: [0, 1, 1] },
      [2, 6, 8],
    ],
    ['the stem', { kernel: [1, 7, 7], stride: [1, 2, 2], padding: [0, 3, 3] }, [2, 9, 10]],
    ['slices', { kernel: [3, 1, 1], stride: [1, 1, 1], padding: [1, 0, 0] }, [4, 2, 3]],
    [
      'more kernel than slices',
      { kernel: [5, 1, 1], stride: [1, 1, 1], padding: [2, 0, 0] },
      [2, 2, 2],
    ],
    ['one slice', { kernel: [3, 1, 1], stride: [1, 1, 1], padding: [1, 0, 0] }, [1, 2, 2]],
    ['strided slices', { kernel: [3, 1, 1], stride: [2, 2, 1], padding: [1, 0, 0] }, [6, 4, 3]],
    ['cubes', { kernel: [3, 3, 3], stride: [1, 1, 1], padding: [1, 1, 1] }, [3, 4, 3]],
    [
      'strided cubes, even',
      { kernel: [3, 3, 3], stride: [2, 2, 2], padding: [1, 1, 1] },
      [4, 6, 5],
    ],
    ['patches', { kernel: [2, 2, 2], stride: [2, 2, 2], padding: [0, 0, 0] }, [4, 5, 4]],
  ])('%s: value and gradients', (_, step, size) => check(step, size));

  test('any kernel, stride and padding', () => {
    if (name !== 'js') return; // each shape is another trace
    const steps = fc.record({ kernel: axes(1, 3), stride: axes(1, 2), padding: axes(0, 1) });
    fc.assert(
      fc.property(steps, axes(1, 5), (step, size) => {
        fc.pre([0, 1, 2].every((i) => step.padding[i]! < step.kernel[i]!));
        fc.pre([0, 1, 2].every((i) => size[i]! + 2 * step.padding[i]! >= step.kernel[i]!));
        check(step, size);
      }),
      { numRuns: 40 },
    );
  });

  test('largest values: nothing counts outside, and each gradient goes to one place', () => {
    const { tf } = runtime;
    const x = sequence([1, 3, 4, 5, 2], (k) => Math.sin(1.9 * k) - 3); // all negative: zeros around would win
    const step = { stride: [2, 2, 2], padding: [1, 1, 1] } as const;
    const { y, dx } = run(runtime, { x }, (inputs) => {
      const { aux, grads } = runtime.valueAndGrad((p) => {
        const made = maxPool3d(tf, p['x']!, [3, 3, 3], step);
        return { value: tf.sum(made), aux: { made } };
      }, inputs);
      return { y: aux.made, dx: grads['x']! };
    });
    const expected: number[] = [];
    for (let s = -1; s < 2; s += 2)
      for (let r = -1; r < 3; r += 2)
        for (let c = -1; c < 5; c += 2)
          for (let o = 0; o < 2; o++) {
            let best = -Infinity;
            for (let i = 0; i < 27; i++) {
              const [d, h, w] = [s + Math.floor(i / 9), r + (Math.floor(i / 3) % 3), c + (i % 3)];
              if (d < 0 || d > 2 || h < 0 || h > 3 || w < 0 || w > 4) continue;
              best = Math.max(best, x.data[((d * 4 + h) * 5 + w) * 2 + o]!);
            }
            expected.push(best);
          }
    expect(distance(y!, expected)).toBeLessThan(1e-6);
    expect(dx!.reduce((a, b) => a + b, 0)).toBeCloseTo(expected.length, 5);
  });

  test('paper.md 5.6: max pooling of sin(.3 k) by (1, 3, 3)', () => {
    // k counts [B, C, S, H, W]; here channels are last
    const [B, C, S, H, W] = [2, 2, 4, 5, 6];
    const data = new Float32Array(B * C * S * H * W);
    for (let i = 0; i < data.length; i++) {
      const [w, h, s, c, b] = [
        i % W,
        Math.floor(i / W) % H,
        Math.floor(i / (W * H)) % S,
        Math.floor(i / (W * H * S)) % C,
        Math.floor(i / (W * H * S * C)),
      ];
      data[(((b * S + s) * H + h) * W + w) * C + c] = Math.sin(0.3 * (i + 1));
    }
    const { y } = run(runtime, { x: { shape: [B, S, H, W, C], data } }, ({ x }) => ({
      y: maxPool3d(runtime.tf, x!, [1, 3, 3], { stride: [1, 2, 2], padding: [0, 1, 1] }),
    }));
    expect(y).toHaveLength(B * C * S * 3 * 3);
    expect(y!.reduce((a, b) => a + b, 0)).toBeCloseTo(103.80069990308559, 3);
  });

  test('every n-th', () => {
    const x = sequence([1, 2, 3, 4, 1], (k) => k);
    const { y } = run(runtime, { x }, (n) => ({ y: thin(runtime.tf, n['x']!, [2, 2, 3]) }));
    expect(y).toEqual([1, 4, 9, 12]);
  });
});

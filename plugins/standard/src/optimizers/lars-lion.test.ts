import type { Host, Named, Runtime } from '@dualbeat/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { floats, open, openPlugin, run, runtimeNames } from '../../test/support.ts';

describe.each(runtimeNames)('LARS and Lion on the runtime %s', (name) => {
  let runtime: Runtime;
  let host: Host;
  beforeAll(async () => {
    runtime = await open(name);
    host = await openPlugin();
  });
  afterAll(() => {
    host.close();
    runtime.close();
  });

  /** Weights after each step; `decay`: of the group. */
  async function walk(
    use: string,
    options: object,
    of: { start: number[]; grads: number[][]; learningRate: number; decay: number },
  ): Promise<number[][]> {
    const optimizer = await host.create('optimizer', { use, options }, null);
    const spec = {
      shape: [of.start.length],
      decay: true,
      init: () => new Float32Array(of.start.length),
    };
    let state: Named<number[]> = Object.fromEntries(
      Object.keys(optimizer.init({ w: spec })).map((key) => [key, of.start.map(() => 0)]),
    );
    let w = of.start;
    return of.grads.map((grad, i) => {
      const given = Object.entries(state).map(
        ([key, v]) => [`s:${key}`, floats([v.length], v)] as const,
      );
      const inputs = {
        w: floats([w.length], w),
        g: floats([w.length], grad),
        step: { shape: [], data: Int32Array.of(i + 1) },
        rate: floats([], [of.learningRate]),
        ...Object.fromEntries(given),
      };
      const result = run(runtime, inputs, (t) => {
        const own = Object.fromEntries(Object.keys(state).map((key) => [key, t[`s:${key}`]!]));
        const at = { step: t['step']!, learningRate: t['rate']! };
        const groups = { w: { learningRate: 1, decay: of.decay } };
        const next = optimizer.update({ w: t['g']! }, own, { w: t['w']! }, at, groups, runtime.tf);
        return {
          w: next.params['w']!,
          ...Object.fromEntries(Object.entries(next.state).map(([k, v]) => [`s:${k}`, v])),
        };
      });
      state = Object.fromEntries(Object.keys(state).map((key) => [key, result[`s:${key}`]!]));
      w = result['w']!;
      return w;
    });
  }
  const grads = [
    [0.3, -0.1, 0],
    [0.2, 0.4, -0.5],
    [-1, 0.4, 0.5],
  ];
  const start = [3, -4, 0.5];

  test.each([1, 0])('LARS follows a double-precision model, decay %d', async (decay) => {
    const [momentum, trust, weightDecay, learningRate] = [0.9, 0.01, 0.1, 2];
    const options = { momentum, trust, weightDecay };
    const got = await walk('lars', options, { start, grads, learningRate, decay });
    let w = start;
    let v = w.map(() => 0);
    for (const [i, grad] of grads.entries()) {
      const g = grad.map((x, k) => x + decay * weightDecay * w[k]!);
      const q = decay === 0 ? 1 : (trust * Math.hypot(...w)) / Math.hypot(...g);
      v = v.map((x, k) => momentum * x + q * g[k]!);
      w = w.map((x, k) => x - learningRate * v[k]!);
      for (const [k, x] of w.entries()) expect(got[i]![k]).toBeCloseTo(x, 5);
    }
  });

  test('LARS: a weight of zeros or a gradient of zeros takes the plain step', async () => {
    const of = { start: [0, 0], grads: [[1, 2]], learningRate: 0.1, decay: 1 };
    expect((await walk('lars', { weightDecay: 0 }, of))[0]![1]).toBeCloseTo(-0.2, 6);
    const still = { start: [1, 2], grads: [[0, 0]], learningRate: 0.1, decay: 1 };
    expect(await walk('lars', { weightDecay: 0 }, still)).toEqual([[1, 2]]);
  });

  test('Lion follows a double-precision model; a zero direction moves nothing', async () => {
    const [beta1, beta2, weightDecay, learningRate] = [0.9, 0.99, 0.1, 0.01];
    const of = { start, grads, learningRate, decay: 1 };
    const got = await walk('lion', { betas: [beta1, beta2], weightDecay }, of);
    let w = start;
    let m = w.map(() => 0);
    for (const [i, g] of grads.entries()) {
      const direction = m.map((x, k) => Math.sign(beta1 * x + (1 - beta1) * g[k]!));
      w = w.map((x, k) => x * (1 - learningRate * weightDecay) - learningRate * direction[k]!);
      m = m.map((x, k) => beta2 * x + (1 - beta2) * g[k]!);
      for (const [k, x] of w.entries()) expect(got[i]![k]).toBeCloseTo(x, 5);
    }
  });
});

import { hostRandom } from '@dualbeat/core';
import type { Host, Named, Optimizer, Runtime } from '@dualbeat/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { floats, open, openPlugin, run, runtimeNames } from '../../test/support.ts';

const spec = (shape: readonly number[], decay: boolean) => ({
  shape,
  decay,
  init: () => new Float32Array(shape.reduce((a, b) => a * b, 1)),
});

describe.each(runtimeNames)('optimisers on the runtime %s', (name) => {
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

  type Values = Named<number[]>;
  /** One compiled update, step as an input, so that one trace serves all steps. */
  function update(
    optimizer: Optimizer,
    of: { params: Values; grads: Values; state: Values; step: number; learningRate: number },
    groups: Named<{ learningRate: number; decay: number }>,
  ): { params: Values; state: Values } {
    const prefix = (named: Values, kind: string) =>
      Object.entries(named).map(([key, v]) => [`${kind}:${key}`, floats([v.length], v)] as const);
    const inputs = Object.fromEntries([
      ...prefix(of.params, 'params'),
      ...prefix(of.grads, 'grads'),
      ...prefix(of.state, 'state'),
      ['step', { shape: [], data: Int32Array.of(of.step) }],
      ['learningRate', floats([], [of.learningRate])],
    ]);
    const pick = <T>(named: Named<T>, kind: string): Named<T> =>
      Object.fromEntries(
        Object.entries(named)
          .filter(([key]) => key.startsWith(`${kind}:`))
          .map(([key, value]) => [key.slice(kind.length + 1), value]),
      );
    const result = run(runtime, inputs, (given) => {
      const at = { step: given['step']!, learningRate: given['learningRate']! };
      const next = optimizer.update(
        pick(given, 'grads'),
        pick(given, 'state'),
        pick(given, 'params'),
        at,
        groups,
        runtime.tf,
      );
      return Object.fromEntries([
        ...Object.entries(next.params).map(([key, t]) => [`params:${key}`, t] as const),
        ...Object.entries(next.state).map(([key, t]) => [`state:${key}`, t] as const),
      ]);
    });
    return { params: pick(result, 'params'), state: pick(result, 'state') };
  }
  const zeroState = (optimizer: Optimizer, params: Values): Values =>
    Object.fromEntries(
      Object.entries(
        optimizer.init(
          Object.fromEntries(Object.entries(params).map(([k, v]) => [k, spec([v.length], true)])),
        ),
      ).map(([key, { init }]) => [key, [...init(hostRandom(0, key))]]),
    );
  const adamw = (options: object) => host.create('optimizer', { use: 'adamw', options }, null);
  const plain = { learningRate: 1, decay: 1 };

  test('AdamW: three golden steps', async () => {
    const optimizer = await adamw({ betas: [0.9, 0.95], weightDecay: 1e-2 });
    let at = { params: { w: [1, -2] } as Values, state: zeroState(optimizer, { w: [1, -2] }) };
    const want = [
      [0.9989900001, -1.99898000005],
      [0.9980220243906864, -1.9980020244106231],
      [0.9970675343632085, -1.9970375345615978],
    ];
    for (const [i, values] of want.entries()) {
      const step = i + 1;
      const grads = { w: [0.1 * step, -0.2 * step] };
      at = update(optimizer, { ...at, grads, step, learningRate: 1e-3 }, { w: plain });
      for (const [k, value] of values.entries())
        expect(Math.abs(at.params['w']![k]! - value)).toBeLessThan(2.5e-7);
    }
    expect(Object.keys(at.state).sort()).toEqual(['m/w', 'v/w']);
  });

  test('AdamW follows a double-precision model over 300 steps, betas near 1', async () => {
    const [beta1, beta2, epsilon, weightDecay, lr] = [0.9, 0.999, 1e-8, 0.1, 1e-2];
    const optimizer = await adamw({ betas: [beta1, beta2], epsilon, weightDecay });
    let at = { params: { w: [0.5] } as Values, state: zeroState(optimizer, { w: [0.5] }) };
    let [w, m, v] = [0.5, 0, 0];
    for (let step = 1; step <= 300; step++) {
      const g = Math.sin(step) + 0.3;
      w *= 1 - lr * weightDecay;
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g * g;
      w -= (lr * (m / (1 - beta1 ** step))) / (Math.sqrt(v / (1 - beta2 ** step)) + epsilon);
      if (step > 20 && step < 280) {
        // the corrections depend on the integer step alone: jump ahead with the model's state
        at = { params: { w: [w] }, state: { 'm/w': [m], 'v/w': [v] } };
        continue;
      }
      at = update(optimizer, { ...at, grads: { w: [g] }, step, learningRate: lr }, { w: plain });
      expect(Math.abs(at.params['w']![0]! - w)).toBeLessThan(3e-6);
    }
  });

  test('groups: no decay where the variable says so; a factor on the learning rate scales both', async () => {
    const optimizer = await adamw({ weightDecay: 0.5 });
    const params = { gain: [2], weight: [2], slow: [2] };
    const { params: next } = update(
      optimizer,
      {
        params,
        grads: { gain: [0], weight: [0], slow: [0] },
        state: zeroState(optimizer, params),
        step: 1,
        learningRate: 0.1,
      },
      { gain: { learningRate: 1, decay: 0 }, weight: plain, slow: { learningRate: 0.5, decay: 1 } },
    );
    expect(next['gain']).toEqual([2]);
    expect(next['weight']![0]).toBeCloseTo(2 * 0.95, 6);
    expect(next['slow']![0]).toBeCloseTo(2 * 0.975, 6);
  });

  test('SGD: momentum, nesterov, and no state without momentum', async () => {
    const make = (options: object) => host.create('optimizer', { use: 'sgd', options }, null);
    const two = async (options: object): Promise<number> => {
      const optimizer = await make(options);
      let at = { params: { w: [1] } as Values, state: zeroState(optimizer, { w: [1] }) };
      for (const step of [1, 2])
        at = update(optimizer, { ...at, grads: { w: [1] }, step, learningRate: 0.1 }, { w: plain });
      return at.params['w']![0]!;
    };
    expect(await two({ momentum: 0.5 })).toBeCloseTo(1 - 0.1 - 0.15, 6);
    expect(await two({ momentum: 0.5, nesterov: true })).toBeCloseTo(1 - 0.15 - 0.175, 6);
    expect(await two({ momentum: 0 })).toBeCloseTo(0.8, 6);
    expect((await make({ momentum: 0 })).init({ w: spec([1], true) })).toEqual({});
  });
});

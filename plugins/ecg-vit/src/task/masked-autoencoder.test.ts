import { hostRandom, isCoded } from '@dualbeat/core';
import type { HostArray, Host, Named, Runtime, Tensor } from '@dualbeat/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { declared, headInputs, makeStage, modelOf, openPlugin } from '../../test/stage.ts';
import type { Stage, StageOptions } from '../../test/stage.ts';
import {
  array,
  contextOf,
  distance,
  open,
  run,
  runtimeNames,
  sequence,
  sum,
} from '../../test/support.ts';

let host: Host;
beforeAll(async () => {
  host = await openPlugin();
});
afterAll(() => host.close());

const small: StageOptions = {
  shape: [3, 60],
  encoder: { size: 'custom', width: 16, depth: 1, heads: 2, patch: [1, 10] },
  decoder: { width: 16, depth: 1, heads: 2 },
  task: { maskRatio: 0.5 },
};

test('an encoder without droppable tokens is refused', async () => {
  const { encoder, loss } = await makeStage(host, small);
  const from = {
    encoders: { ecg: { ...encoder, tokens: { ...encoder.tokens!, droppable: false } } },
    projectors: {},
    loss,
  };
  await expect(
    host.create('task', { use: 'masked-autoencoder' }, from),
  ).rejects.toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_MASK_ENCODER: task masked-autoencoder: the encoder of the view "ecg" cannot leave tokens out. Fix: use an encoder with droppable tokens, such as ecg-vit.]`,
  );
});

test('a decoder needs to know its view', async () => {
  const { encoder } = await makeStage(host, small);
  const two = { ...headInputs('ecg', encoder), ...headInputs('other', encoder) };
  const make = (options: object, inputs: ReturnType<typeof headInputs>) =>
    host.create('head', { use: 'vit-decoder', options }, { inputs, targets: {} });
  await expect(make({}, two)).rejects.toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_HEAD_VIEW: head vit-decoder, option view: the view to read is not clear; views with tokens: ecg, other. Fix: name one of these views.]`,
  );
  await expect(make({ view: 'ed' }, two)).rejects.toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_HEAD_VIEW: head vit-decoder, option view: the view "ed" has no tokens; views with tokens: ecg, other. Fix: name one of these views.]`,
  );
  await expect(make({}, {})).rejects.toSatisfy(isCoded);
  expect((await make({ view: 'other' }, two)).outputs).toEqual({
    reconstruction: { shape: [3, 6, 1, 10], dtype: 'float32' },
  });
});

test('rows without the view are of no use', async () => {
  const { task } = await makeStage(host, small);
  expect([task.accepts(new Set(['ecg', 'ed'])), task.accepts(new Set(['ed']))]).toEqual([
    true,
    false,
  ]);
});

describe.each(runtimeNames)('masked autoencoder on the runtime %s', (name) => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await open(name);
  });
  afterAll(() => runtime.close());

  const initial = (stage: Stage): Named<HostArray> =>
    Object.fromEntries(
      (['params', 'state'] as const).flatMap((of) =>
        Object.entries(declared(stage, of)).map(([key, spec]) => [
          `${of}:${key}`,
          { shape: spec.shape, data: spec.init(hostRandom(0, key)) },
        ]),
      ),
    );
  const split = (inputs: Named, of: string): Named =>
    Object.fromEntries(
      Object.entries(inputs)
        .filter(([key]) => key.startsWith(`${of}:`))
        .map(([key, tensor]) => [key.slice(of.length + 1), tensor]),
    );
  const signal = (rows: number, shape: readonly number[] = [3, 60]) =>
    sequence([rows, ...shape], (k) => Math.sin(0.21 * k) + 0.2 * Math.sin(0.013 * k));

  type Of = Parameters<typeof contextOf>[1];
  /** Loss, parts, outputs and what else a batch gives. */
  function objective(stage: Stage, x: HostArray, of: Of, present?: readonly number[]) {
    const rows = x.shape[0]!;
    const real = { shape: [rows], data: Uint8Array.from(present ?? Array<number>(rows).fill(1)) };
    let tokens: readonly number[] = [];
    const result = run(runtime, { ...initial(stage), x, real }, (inputs) => {
      const ctx = contextOf(runtime, of);
      const model = modelOf(
        stage,
        { params: split(inputs, 'params'), state: split(inputs, 'state') },
        ctx,
      );
      const batch = {
        views: { ecg: { values: inputs['x']!, present: inputs['real']! } },
        targets: {},
        subject: runtime.tf.zeros([rows], 'int32'),
      };
      const { outputs, ...scalars } = stage.task.objective(
        model,
        stage.task.encode(model, batch, ctx),
        batch,
        ctx,
      );
      tokens = model.tokens;
      const parts = Object.entries(scalars.parts).map(([key, part]): [string, Tensor] => [
        `part.${key}`,
        part,
      ]);
      return {
        loss: scalars.loss,
        ...Object.fromEntries(parts),
        reconstruction: outputs['reconstruction']!.values,
        hidden: outputs['reconstruction']!.present,
        original: outputs['original']!.values,
        present: outputs['original']!.present,
      };
    });
    return { ...result, tokens } as Named<number[]> & { tokens: number[] };
  }

  test('the encoder computes the kept tokens alone; outputs tell hidden from original', async () => {
    const stage = await makeStage(host, small);
    const x = signal(2);
    const { tokens, hidden, present, original, loss, ...rest } = objective(stage, x, {
      mode: 'train',
    });
    expect(tokens).toEqual([1 + 9]);
    expect(sum(hidden!)).toBe(2 * 9);
    expect(present).toEqual(Array(36).fill(1));
    expect(original).toEqual([...x.data]);
    expect(rest['part.mse']![0]! + rest['part.ncc']![0]!).toBeCloseTo(loss![0]!, 6);
  });

  test('training steps draw anew, evaluations draw the same', async () => {
    const stage = await makeStage(host, small);
    const hiddenAt = (of: Of) => objective(stage, signal(2), of)['hidden'];
    expect(hiddenAt({ mode: 'train', step: 1 })).not.toEqual(hiddenAt({ mode: 'train', step: 2 }));
    expect(hiddenAt({ mode: 'eval', step: 0 })).toEqual(hiddenAt({ mode: 'eval', step: 0 }));
  });

  test('the two halves of a batch give the hidden tokens and patches of the whole', async () => {
    const stage = await makeStage(host, small);
    const x = signal(4);
    const whole = objective(stage, x, {});
    const half = objective(stage, array([2, 3, 60], x.data.slice(360)), { firstRow: 2 });
    expect(half['hidden']).toEqual(whole['hidden']!.slice(36));
    expect(distance(half['reconstruction']!, whole['reconstruction']!.slice(360))).toBeLessThan(
      1e-5,
    );
  });

  test('absent rows change neither loss nor presence', async () => {
    const stage = await makeStage(host, {
      ...small,
      simsiam: {},
      task: { maskRatio: 0.5, simsiamWeight: 0.1 },
    });
    const x = signal(3);
    const padded = {
      shape: [4, 3, 60],
      data: Float32Array.from({ length: 720 }, (_, i) => x.data[i] ?? 0),
    };
    for (const mode of ['train', 'eval'] as const) {
      const alone = objective(stage, x, { mode });
      const more = objective(stage, padded, { mode }, [1, 1, 1, 0]);
      expect(more['loss']![0]).toBeCloseTo(alone['loss']![0]!, 5);
      expect(sum(more['hidden']!.slice(54))).toBe(0);
      expect(sum(more['present']!.slice(54))).toBe(0);
    }
  });

  test('SimSiam adds a second, differently masked pass and a part to the loss', async () => {
    const stage = await makeStage(host, {
      ...small,
      simsiam: { hidden: 32 },
      task: { maskRatio: 0.5, simsiamWeight: 0.1 },
    });
    const result = objective(stage, signal(4), { mode: 'train' });
    expect(result.tokens).toEqual([10, 10]);
    const parts = ['mse', 'ncc', 'simsiam'].map((part) => result[`part.${part}`]![0]!);
    expect(sum(parts)).toBeCloseTo(result['loss']![0]!, 6);
    expect(Math.abs(parts[2]!)).toBeLessThanOrEqual(0.1);
    expect(parts[2]).not.toBe(0);
  });

  test('normalised patches come back in the units of the view', async () => {
    const stage = await makeStage(host, { ...small, loss: { normPatches: true } });
    const x = { shape: [2, 3, 60], data: Float32Array.from(signal(2).data, (v) => 1000 + v) };
    const mean = sum(objective(stage, x, {})['reconstruction']!) / 360;
    expect(mean).toBeGreaterThan(990);
    expect(mean).toBeLessThan(1010);
  });

  test.each([
    ['random', [3, 60], {}],
    ['lead', [3, 60], {}],
    ['time', [3, 60], { over: 'masked' }],
    ['block', [3, 60], {}],
    ['random', [1, 60], {}],
  ])('masking %s on %j: gradient descent lowers the loss', async (masking, shape, loss) => {
    const stage = await makeStage(host, {
      ...small,
      shape,
      loss,
      task: { maskRatio: 0.5, masking },
    });
    const step = runtime.compile('step', (params: Named, x: Tensor) => {
      const { tf } = runtime;
      const ctx = contextOf(runtime, { mode: 'train' });
      const batch = {
        views: { ecg: { values: x, present: tf.ones([4], 'bool') } },
        targets: {},
        subject: tf.zeros([4], 'int32'),
      };
      const { value, grads, unconnected } = runtime.valueAndGrad((of) => {
        const model = modelOf(stage, { params: of, state: {} }, ctx);
        return {
          value: stage.task.objective(model, stage.task.encode(model, batch, ctx), batch, ctx).loss,
          aux: {},
        };
      }, params);
      expect([...unconnected].toSorted((a, b) => a.localeCompare(b))).toEqual([
        'encoders/ecg/fc-norm/bias',
        'encoders/ecg/fc-norm/weight',
      ]);
      const next = Object.fromEntries(
        Object.entries(params).map(([key, param]) => [
          key,
          tf.sub(param, tf.mul(grads[key]!, 0.05)),
        ]),
      );
      return { loss: value, params: next };
    });
    const x = runtime.tensor(signal(4, shape), 'float32');
    let params: Named = Object.fromEntries(
      Object.entries(initial(stage)).map(([key, value]) => [
        key.slice('params:'.length),
        runtime.tensor(value, 'float32'),
      ]),
    );
    const losses: number[] = [];
    for (let i = 0; i < 12; i++) {
      const result = step(params, x) as { loss: Tensor; params: Named };
      losses.push(runtime.read(result.loss)[0]!);
      runtime.dispose(params);
      runtime.dispose(result.loss);
      params = result.params;
    }
    runtime.dispose(params);
    runtime.dispose(x);
    expect(losses.at(-1)! / losses[0]!).toBeLessThan(0.9);
  });
});

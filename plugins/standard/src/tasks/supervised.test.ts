import { hostRandom } from '@dualbeat/core';
import type { Encoder, Host, Model, Named, Runtime, Tensor } from '@dualbeat/core';
import { linear, linearSpecs } from '@dualbeat/nn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contextOf, numbers, open, openPlugin, runtimeNames } from '../../test/support.ts';

/** A real encoder of one linear layer. */
const encoderOf = (width: number, features: number): Encoder => ({
  input: { shape: [width], dtype: 'float32' },
  width: features,
  pooling: 'none',
  params: linearSpecs({ in: width, out: features }),
  state: {},
  apply: ({ params }, { values }, { tf }) => ({
    outputs: { pooled: linear(tf, params, values) },
    state: {},
  }),
});

describe.each(runtimeNames)('supervised on the runtime %s', (name) => {
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

  async function stage() {
    const encoders = { ecg: encoderOf(3, 4), ed: encoderOf(2, 5) };
    const targets = { phenotypes: numbers([150, 60], [30, 6]) };
    const inputs = Object.fromEntries(
      Object.entries(encoders).map(([view, { width }]) => [
        view,
        { shape: [width], dtype: 'float32' as const },
      ]),
    );
    const head = await host.create(
      'head',
      { use: 'linear', options: { inputs: ['ecg', 'ed'] } },
      { inputs, targets },
    );
    const loss = await host.create('loss', { use: 'mse' }, { values: head.outputs, targets });
    const task = await host.create(
      'task',
      { use: 'supervised', options: { views: ['ecg', 'ed'] } },
      { encoders, projectors: {}, loss },
    );
    return { encoders, head, loss, task };
  }

  test('linear targets of two views are learnt, in their units', async () => {
    const { encoders, head, loss, task } = await stage();
    const modules = {
      'encoders/ecg': encoders.ecg,
      'encoders/ed': encoders.ed,
      'heads/phenotypes': head,
    };
    const adamw = await host.create(
      'optimizer',
      { use: 'adamw', options: { weightDecay: 0 } },
      null,
    );
    const specs = Object.fromEntries(
      Object.entries(modules).flatMap(([prefix, { params }]) =>
        Object.entries(params).map(([key, spec]) => [`${prefix}/${key}`, spec]),
      ),
    );
    const upload = (of: typeof specs): Named =>
      Object.fromEntries(
        Object.entries(of).map(([key, { shape, init }]) => [
          key,
          runtime.tensor({ shape, data: init(hostRandom(1, key)) }, 'float32'),
        ]),
      );
    const bind = (params: Named, ctx = contextOf(runtime)): Model => {
      const vars = (prefix: string) => ({
        params: Object.fromEntries(
          Object.entries(params)
            .filter(([key]) => key.startsWith(`${prefix}/`))
            .map(([key, t]) => [key.slice(prefix.length + 1), t]),
        ),
        state: {},
      });
      return {
        encode: (view, input) =>
          encoders[view as 'ecg'].apply(vars(`encoders/${view}`), input, ctx).outputs,
        project: () => {
          throw new Error('this stage has no projectors');
        },
        head: (key, inputs) => head.apply(vars(`heads/${key}`), inputs, ctx).outputs,
        loss: (input) => loss.apply({ params: {}, state: {} }, input, ctx).outputs,
      };
    };
    const groups = Object.fromEntries(
      Object.keys(specs).map((key) => [key, { learningRate: 1, decay: 0 }]),
    );
    const random = hostRandom(2, 'data');
    const rows = 16;
    const x = Float32Array.from({ length: rows * 3 }, () => 2 * random() - 1);
    const z = Float32Array.from({ length: rows * 2 }, () => 2 * random() - 1);
    const y = Float32Array.from({ length: rows * 2 }, (_, i) => {
      const r = i >> 1;
      return i % 2 === 0 ? 150 + 30 * x[3 * r]! : 60 + 6 * z[2 * r + 1]!;
    });
    const step = runtime.compile('step', (params: Named, state: Named, data: Named, at: Named) => {
      const { tf } = runtime;
      const present = tf.ones([rows], 'bool');
      const batch = {
        views: { ecg: { values: data['x']!, present }, ed: { values: data['z']!, present } },
        targets: { phenotypes: { values: data['y']!, present: tf.ones([rows, 2], 'bool') } },
        subject: tf.zeros([rows], 'int32'),
      };
      const { value, aux, grads } = runtime.valueAndGrad((of) => {
        const ctx = contextOf(runtime);
        const model = bind(of, ctx);
        const result = task.objective(model, task.encode(model, batch, ctx), batch, ctx);
        expect(Object.keys(result.outputs)).toEqual(['phenotypes', 'phenotypes/truth']);
        return { value: result.loss, aux: { predicted: result.outputs['phenotypes']!.values } };
      }, params);
      const next = adamw.update(
        grads,
        state,
        params,
        { step: at['step']!, learningRate: tf.scalar(0.03) },
        groups,
        tf,
      );
      return { loss: value, predicted: aux.predicted, params: next.params, state: next.state };
    });
    let params = upload(specs);
    let state = upload(adamw.init(specs));
    const data = {
      x: runtime.tensor({ shape: [rows, 3], data: x }, 'float32'),
      z: runtime.tensor({ shape: [rows, 2], data: z }, 'float32'),
      y: runtime.tensor({ shape: [rows, 2], data: y }, 'float32'),
    };
    const losses: number[] = [];
    let predicted: number[] = [];
    for (let i = 1; i <= 150; i++) {
      const at = { step: runtime.tensor({ shape: [], data: Int32Array.of(i) }, 'int32') };
      const result = step(params, state, data, at) as {
        loss: Tensor;
        predicted: Tensor;
        params: Named;
        state: Named;
      };
      losses.push(runtime.read(result.loss)[0]!);
      predicted = [...runtime.read(result.predicted)];
      for (const old of [params, state, at, { loss: result.loss, predicted: result.predicted }])
        runtime.dispose(old);
      ({ params, state } = result);
    }
    for (const rest of [params, state, data]) runtime.dispose(rest);
    expect(losses.at(-1)).toBeLessThan(0.01 * losses[0]!);
    const worst = Math.max(
      ...predicted.map((value, i) => Math.abs(value - y[i]!) / (i % 2 === 0 ? 30 : 6)),
    );
    expect(worst).toBeLessThan(0.3);
  });

  test('a row needs every view and a target', async () => {
    const { task } = await stage();
    const of = (...has: string[]) => task.accepts(new Set(has));
    expect([of('ecg', 'ed', 'phenotypes'), of('ecg', 'phenotypes'), of('ecg', 'ed')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('views without an encoder, heads without features', async () => {
    const { loss, encoders, head } = await stage();
    const from = { encoders, projectors: {}, loss };
    await expect(
      host.create('task', { use: 'supervised', options: { views: ['es'] } }, from),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_TASK_VIEW: task supervised, option views: the view "es" has no encoder; encoders: ecg, ed. Fix: name views that have an encoder.]`,
    );
    await expect(
      host.create(
        'head',
        { use: 'linear' },
        { inputs: { ecg: head.inputs['ecg']!, ed: head.inputs['ed']! }, targets: {} },
      ),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_HEAD_INPUTS: head linear, option inputs: the features to read are not clear; there is: ecg, ed. Fix: name the views that the task encodes, or embeddings/<projector>.]`,
    );
  });
});

import { hostRandom } from '@dualbeat/core';
import type {
  Encoder,
  Host,
  HostArray,
  Loss,
  Masked,
  Model,
  Named,
  Projector,
  Runtime,
  Task,
  Tensor,
} from '@dualbeat/core';
import { linear, linearSpecs } from '@dualbeat/nn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  bools,
  contextOf,
  floats,
  open,
  openPlugin,
  randomRows,
  runtimeNames,
} from '../../test/support.ts';

const rows = 8;
/** A real encoder of one linear layer; with `tokens` its view is [N, width], of which it gives each and the mean. */
const encoderOf = (width: number, features: number, grid?: readonly number[]): Encoder => ({
  input: { shape: [width], dtype: 'float32' },
  width: features,
  pooling: 'none',
  params: linearSpecs({ in: width, out: features }),
  state: {},
  ...(grid === undefined ? {} : { tokens: { grid, patch: [1], prefix: 1, droppable: false } }),
  apply: ({ params }, { values }, { tf }) => {
    if (grid === undefined) return { outputs: { pooled: linear(tf, params, values) }, state: {} };
    const count = grid.reduce((a, b) => a * b, 1);
    const tokens = linear(tf, params, tf.reshape(values, [values.shape[0]!, count, width]));
    const pooled = tf.mean(tokens, 1, true);
    return {
      outputs: {
        pooled: tf.reshape(pooled, [values.shape[0]!, features]),
        tokens: tf.concat([pooled, tokens], 1),
      },
      state: {},
    };
  },
});

describe.each(runtimeNames)('align on the runtime %s', (name) => {
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
  const encoders = { ecg: encoderOf(3, 5), ed: encoderOf(4, 6), es: encoderOf(2, 6) };
  type Stage = {
    readonly encoders: Named<Encoder>;
    readonly projectors: Named<Projector & { readonly view: string }>;
    readonly loss: Loss;
    readonly task: Task;
  };
  async function stage(
    of: Named<{ readonly view: string; readonly options?: object }>,
    use: { readonly use: string; readonly options: object },
    more: { readonly encoders?: Named<Encoder>; readonly task?: object } = {},
  ): Promise<Stage> {
    const all: Named<Encoder> = more.encoders ?? encoders;
    const projectors: { [name: string]: Projector & { view: string } } = {};
    for (const [key, { view, options = { width: 4 } }] of Object.entries(of)) {
      const made = await host.create(
        'projector',
        { use: 'simclr-head', options },
        { width: all[view]?.width ?? 1 },
      );
      projectors[key] = { ...made, view };
    }
    const values = Object.fromEntries(
      Object.entries(projectors).map(([key, { width }]) => [
        key,
        { shape: [width], dtype: 'float32' as const },
      ]),
    );
    const loss = await host.create('loss', use, { values, targets: {} });
    const from = { encoders: all, projectors, loss };
    const task = await host.create('task', { use: 'align', options: more.task ?? {} }, from);
    return { encoders: all, projectors, loss, task };
  }

  /** Loss, outputs and what was encoded. */
  function evaluate(of: Stage, views: Named<{ values: HostArray; present: readonly boolean[] }>) {
    const encoded: string[] = [];
    const specs = (prefix: string, modules: Named<Encoder | Projector>) =>
      Object.entries(modules).flatMap(([key, module]) =>
        [...Object.entries(module.params), ...Object.entries(module.state)].map(
          ([param, spec]) => [`${prefix}/${key}/${param}`, spec] as const,
        ),
      );
    const host_ = Object.fromEntries(
      [...specs('encoders', of.encoders), ...specs('projectors', of.projectors)].map(
        ([key, { shape, init }]) => [key, { shape, data: init(hostRandom(5, key)) }],
      ),
    );
    const live = runtime.liveTensors();
    const upload = (all: Named<HostArray>): Named =>
      Object.fromEntries(
        Object.entries(all).map(([key, array]) => [
          key,
          runtime.tensor(array, array.data instanceof Uint8Array ? 'bool' : 'float32'),
        ]),
      );
    const inputs = {
      vars: upload(host_),
      values: upload(Object.fromEntries(Object.entries(views).map(([k, v]) => [k, v.values]))),
      present: upload(
        Object.fromEntries(Object.entries(views).map(([k, v]) => [k, bools(v.present)])),
      ),
    };
    const fn = runtime.compile('align', (x: typeof inputs) => {
      const ctx = contextOf(runtime);
      const below = (prefix: string) =>
        Object.fromEntries(
          Object.entries(x.vars)
            .filter(([key]) => key.startsWith(`${prefix}/`))
            .map(([key, t]) => [key.slice(prefix.length + 1), t]),
        );
      const at = (prefix: string) => ({ params: below(prefix), state: below(prefix) });
      const model: Model = {
        encode(view, input, want) {
          encoded.push(view);
          return of.encoders[view]!.apply(at(`encoders/${view}`), { ...input, ...want }, ctx)
            .outputs;
        },
        project: (key, input) =>
          of.projectors[key]!.apply(at(`projectors/${key}`), input, ctx).outputs,
        head: () => {
          throw new Error('this stage has no heads');
        },
        loss: (input) => of.loss.apply({ params: {}, state: {} }, input, ctx).outputs,
      };
      const batch = {
        views: Object.fromEntries(
          Object.entries(x.values).map(([key, values]): [string, Masked] => [
            key,
            { values, present: x.present[key] as Tensor },
          ]),
        ),
        targets: {},
        subject: runtime.tf.range(0, rows, 1, 'int32'),
      };
      const { loss, report, outputs } = of.task.objective(
        model,
        of.task.encode(model, batch, ctx),
        batch,
        ctx,
      );
      return { loss: { loss }, report, outputs: { ...outputs } };
    });
    const found = fn(inputs);
    const result = {
      loss: runtime.read(found.loss.loss)[0]!,
      report: Object.fromEntries(
        Object.entries(found.report).map(([key, t]) => [key, runtime.read(t)[0]!]),
      ),
      outputs: Object.fromEntries(
        Object.entries(found.outputs).map(([key, { values }]) => [key, [...runtime.read(values)]]),
      ),
      encoded: [...new Set(encoded)],
    };
    runtime.dispose(found);
    runtime.dispose(inputs);
    expect(runtime.liveTensors()).toBe(live);
    return result;
  }
  const all = Array<boolean>(rows).fill(true);
  const view = (width: number, seed: number, present = all) => ({
    values: floats([rows, width], randomRows(rows, width, seed).flat()),
    present,
  });
  const views = { ecg: view(3, 1), ed: view(4, 2), es: view(2, 3) };
  const three = { ecg: { view: 'ecg' }, ed: { view: 'ed' }, es: { view: 'es' } };

  test('only the views of pairs with a weight are encoded, and rows need two of them', async () => {
    const dual = await stage(three, {
      use: 'info-nce',
      options: { pairs: { 'ecg-ed': 1, 'ecg-es': 1, 'ed-es': 0 } },
    });
    expect(evaluate(dual, views).encoded).toEqual(['ecg', 'ed', 'es']);
    const of = (...has: string[]) => dual.task.accepts(new Set(has));
    expect([of('ecg', 'ed', 'es'), of('ecg', 'es'), of('ecg'), of('ed', 'covariates')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    const single = await stage(three, { use: 'info-nce', options: { pairs: { 'ecg-ed': 1 } } });
    const { encoded, outputs } = evaluate(single, { ecg: views.ecg, ed: views.ed });
    expect(encoded).toEqual(['ecg', 'ed']);
    expect(Object.keys(outputs)).toEqual(['ecg', 'ed']);
    expect(single.task.accepts(new Set(['ecg', 'es']))).toBe(false);
  });

  test('a second projector of the ECG: one latent per phase, and their difference', async () => {
    const phases = await stage(
      {
        'ecg-ed': { view: 'ecg' },
        'ecg-es': { view: 'ecg' },
        ed: { view: 'ed' },
        es: { view: 'es' },
      },
      { use: 'info-nce', options: { pairs: { 'ecg-ed-ed': 1, 'ecg-es-es': 1 } } },
    );
    const { outputs, encoded } = evaluate(phases, views);
    expect(encoded).toEqual(['ecg', 'ed', 'es']);
    const difference = outputs['ecg-es-ecg-ed']!;
    expect(difference.some((x) => Math.abs(x) > 1e-3)).toBe(true);
    difference.forEach((x, i) =>
      expect(x).toBeCloseTo(outputs['ecg-es']![i]! - outputs['ecg-ed']![i]!, 5),
    );
  });

  test('what an absent row holds is seen nowhere', async () => {
    const dual = await stage(three, { use: 'info-nce', options: {} });
    const present = all.map((_, i) => i !== 2);
    const es = view(2, 3, present);
    const clean = evaluate(dual, { ...views, es });
    const junk = Float32Array.from(es.values.data);
    junk.fill(321, 4, 6);
    const dirty = evaluate(dual, {
      ...views,
      es: { ...es, values: { shape: [rows, 2], data: junk } },
    });
    expect(dirty.loss).toBeCloseTo(clean.loss, 6);
    expect(dirty.report['chance.ecg-es']).toBeCloseTo(Math.log(rows - 1), 6);
    expect(dirty.report['chance.ecg-ed']).toBeCloseTo(Math.log(rows), 6);
  });

  test('a local loss gets the tokens, without the prefix, along the axis that is asked for', async () => {
    const withTokens = { ecg: encoderOf(3, 5, [2, 4]), ed: encoderOf(4, 6, [2]) };
    const use = { use: 'local-alignment', options: { contrast: 'positions' } };
    const two = { ecg: { view: 'ecg' }, ed: { view: 'ed' } };
    const data = {
      ecg: { values: floats([rows, 24], randomRows(rows, 24, 4).flat()), present: all },
      ed: { values: floats([rows, 8], randomRows(rows, 8, 5).flat()), present: all },
    };
    const local = await stage(two, use, { encoders: withTokens });
    expect(evaluate(local, data).report['chance.ecg-ed']).toBeCloseTo(Math.log(2), 6);
    const turned = await stage(two, use, { encoders: withTokens, task: { tokenAxis: { ecg: 0 } } });
    expect(evaluate(turned, data).loss).not.toBeCloseTo(evaluate(local, data).loss, 3);
    await expect(stage(two, use)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_ALIGN_TOKENS: task align, embedding ecg: the loss compares tokens, and the encoder of the view "ecg" gives none. Fix: use an encoder with tokens, or a loss over whole records.]`,
    );
    await expect(
      stage(two, use, { encoders: withTokens, task: { tokenAxis: { ed: 3 } } }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_ALIGN_AXIS: task align, option tokenAxis.ed: there is no axis 3; the tokens stand on a grid of 2. Fix: give an axis from 0 to 0.]`,
    );
  });

  test('what does not fit together is said', async () => {
    const values = {
      x: { shape: [2], dtype: 'float32' as const },
      y: { shape: [2], dtype: 'float32' as const },
    };
    const loss = await host.create('loss', { use: 'info-nce' }, { values, targets: {} });
    const make = (projectors: Named<{ readonly view: string }>) =>
      host.create('task', { use: 'align' }, { encoders, projectors, loss });
    await expect(make({ x: { view: 'ecg' } })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_ALIGN_VALUE: task align: the loss reads "y", which is neither a projector (x) nor a head (nothing). Fix: name a projector or a head of the stage.]`,
    );
    await expect(
      make({ x: { view: 'ecg' }, y: { view: 'cmr' } }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_ALIGN_VIEW: task align, embedding y: the view "cmr" has no encoder; encoders: ecg, ed, es. Fix: project a view that has an encoder.]`,
    );
  });
});

import { at } from '@dualbeat/core';
import type { Runtime, Task } from '@dualbeat/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { open, pairModules, pairRows, runtimeNames } from '../test/support.ts';
import { initialise } from './initialise.ts';
import { makeFrozenStep } from './frozen-step.ts';
import { openSession } from './loop/session.ts';
import { pooledViews } from './pooled-views.ts';
import { stageVariables } from './stage-modules.ts';
import type { StageModules } from './stage-modules.ts';
import { uploadBatch } from './host-batch.ts';

const specs = { a: { shape: [5], dtype: 'float32' }, b: { shape: [5], dtype: 'float32' } } as const;

describe.each(runtimeNames)(
  'features in the place of a frozen encoder on the runtime %s',
  (name) => {
    let runtime: Runtime;
    beforeAll(async () => void (runtime = await open(name)));
    afterAll(() => runtime.close());
    const of = (modules: StageModules): string[] => {
      const live = runtime.liveTensors();
      const found = [...pooledViews(runtime, modules, specs, {})];
      expect(runtime.liveTensors()).toBe(live);
      return found;
    };

    it('are possible where a view is read by its encoder alone, and for pooled features alone', () => {
      const modules = pairModules();
      const { task } = modules;
      expect(of(modules)).toEqual(['a', 'b']);
      const withTask = (change: Partial<Task>): StageModules => ({
        ...modules,
        task: { ...task, ...change },
      });
      // the values of b are read a second time, by the task itself
      const reads = withTask({
        objective: (model, encoded, batch, ctx) => {
          const noise = ctx.tf.mean(at(batch.views, 'b').values);
          const result = task.objective(model, encoded, batch, ctx);
          return { ...result, loss: ctx.tf.add(result.loss, noise) };
        },
      });
      expect(of(reads)).toEqual(['a']);
      const tokens = withTask({
        encode: (model, batch, ctx) => {
          model.encode('a', at(batch.views, 'a'), { tokens: true });
          return task.encode(model, batch, ctx);
        },
      });
      expect(of(tokens)).toEqual(['b']);
      const fails = withTask({
        encode: () => {
          throw new Error('no zeros, please');
        },
      });
      expect(of(fails)).toEqual([]);
    });

    it('train to the same weights as the encoder itself', () => {
      const modules = pairModules();
      const { params, state } = stageVariables(modules);
      const frozen = new Set(
        Object.keys(params).filter((param) => param.startsWith('encoders/b/')),
      );
      const start = { params: initialise(params, 1), state: initialise(state, 1), optimizer: {} };
      const rows = pairRows(6);
      const upload = (named: typeof start.params) =>
        Object.fromEntries(
          Object.entries(named).map(([n, a]) => [n, runtime.tensor(a, 'float32')]),
        );
      const vars = { params: upload(start.params), state: upload(start.state) };
      const inputs = {
        key: runtime.tensor({ shape: [2], data: Int32Array.of(5, 0) }, 'int32'),
        zero: runtime.tensor({ shape: [], data: Int32Array.of(0) }, 'int32'),
      };
      const batch = uploadBatch(runtime, rows);
      const made = runtime.compile('frozen', makeFrozenStep(runtime, modules, ['b']))(
        vars,
        batch,
        inputs,
      );
      const data = Float32Array.from(runtime.read(at(made, 'b')));
      runtime.dispose({ ...batch, ...vars, ...inputs, made });
      const stored = {
        ...rows,
        views: { ...rows.views, b: { ...at(rows.views, 'b'), values: { shape: [6, 6], data } } },
      };
      const train = (batches: typeof rows, features: ReadonlySet<string>) => {
        const session = openSession({
          runtime,
          modules,
          stage: 's',
          frozen,
          features,
          seed: 5,
          step: 0,
          from: start,
        });
        for (let step = 0; step < 3; step++)
          session.train(batches, { learningRate: 0.1, progress: 0 });
        const now = session.read();
        session.close();
        return now;
      };
      const [plain, cached] = [train(rows, new Set()), train(stored, new Set(['b']))];
      for (const [param, { data: want }] of Object.entries(plain.params)) {
        const got = at(cached.params, param).data;
        for (let i = 0; i < want.length; i++)
          expect(Math.abs((got[i] as number) - (want[i] as number)), param).toBeLessThan(1e-6);
      }
      expect(plain.params).not.toEqual(start.params);
    });
  },
);

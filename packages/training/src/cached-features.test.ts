import type { Named, Runtime } from '@dualbeat/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apart, open, pairModules, pairRows, runtimeNames, valuesOf } from '../test/support.ts';
import { initialise } from './initialise.ts';
import { openGradients } from './loop/open-steps.ts';
import type { Slicing } from './loop/open-steps.ts';
import { openSession } from './loop/session.ts';
import { stageVariables } from './stage-modules.ts';
import type { StageModules } from './stage-modules.ts';
import type { HostRows } from './host-batch.ts';

const rows = 6;

describe.each(runtimeNames)('gradients of a sliced batch on the runtime %s', (name) => {
  let runtime: Runtime;
  beforeAll(async () => void (runtime = await open(name)));
  afterAll(() => runtime.close());

  /** Gradients, report and changed state of one batch at step 3. */
  function gradientsOf(
    modules: StageModules,
    batch: HostRows,
    slicing: Slicing,
    frozen: ReadonlySet<string> = new Set(),
  ): {
    grads: Named<readonly number[]>;
    report: Named<readonly number[]>;
    state: Named<readonly number[]>;
  } {
    const specs = stageVariables(modules);
    const upload = (
      of: Named<{ shape: readonly number[]; data: Float32Array | Int32Array | Uint8Array }>,
    ) => Object.fromEntries(Object.entries(of).map(([n, a]) => [n, runtime.tensor(a, 'float32')]));
    const int = (value: number) =>
      runtime.tensor({ shape: [], data: Int32Array.of(value) }, 'int32');
    const real = (value: number) =>
      runtime.tensor({ shape: [], data: Float32Array.of(value) }, 'float32');
    const train = {
      params: upload(initialise(specs.params, 1)),
      state: upload(initialise(specs.state, 1)),
      optimizer: {},
      step: int(3),
    };
    const key = runtime.tensor({ shape: [2], data: Int32Array.of(5, 0) }, 'int32');
    const at = { key, learningRate: real(1), progress: real(0.5) };
    const gradients = openGradients(runtime, modules, { stage: 's', frozen }, slicing);
    const found = gradients(train, train.state, { rows: batch, firstRow: 0 }, at);
    const read = {
      grads: valuesOf(runtime, found.grads),
      report: valuesOf(runtime, found.report),
      state: valuesOf(runtime, found.state),
    };
    runtime.dispose({ ...train, ...at, found });
    return read;
  }

  it.each([1, 2, 4, rows])(
    'equal those of the whole batch for every parameter: %i rows at once',
    (microBatch) => {
      const modules = pairModules();
      const batch = pairRows(rows);
      const live = runtime.liveTensors();
      const whole = gradientsOf(modules, batch, { batchSize: rows });
      const sliced = gradientsOf(modules, batch, { batchSize: rows, microBatch });
      expect(Object.keys(sliced.grads).sort()).toEqual(Object.keys(whole.grads).sort());
      expect(Object.keys(whole.grads)).toContain('loss/scale');
      for (const [param, gradient] of Object.entries(whole.grads)) {
        expect(Math.hypot(...gradient), param).toBeGreaterThan(0);
        expect(apart(sliced.grads[param] ?? [], gradient), param).toBeLessThan(1e-5);
      }
      for (const [what, value] of Object.entries({ ...whole.report, ...whole.state })) {
        const got = { ...sliced.report, ...sliced.state }[what] ?? [];
        expect(apart(got, value), what).toBeLessThan(1e-5);
      }
      expect(runtime.liveTensors()).toBe(live);
    },
  );

  it('draw anew in each step and differ without the replay of the first row', () => {
    // The comparison above is of worth only where dropout matters.
    const without = gradientsOf(pairModules({ dropout: 0 }), pairRows(rows), { batchSize: rows });
    const dropped = gradientsOf(pairModules(), pairRows(rows), { batchSize: rows });
    expect(
      apart(
        without.grads['encoders/a/blocks/0/weight'] ?? [],
        dropped.grads['encoders/a/blocks/0/weight'] ?? [],
      ),
    ).toBeGreaterThan(0.1);
  });

  it('refuse statistics of a slice inside an encoder, unless they are allowed or frozen', () => {
    const modules = pairModules({ norm: true });
    const batch = pairRows(rows);
    const slicing = { batchSize: rows, microBatch: 2 };
    expect(() => gradientsOf(modules, batch, slicing)).toThrowErrorMatchingInlineSnapshot(
      `[DualbeatError: E_MICRO_BATCH_NORM: stages.s.train.microBatch: an encoder normalises by statistics of its batch (encoders/a/norm/mean, encoders/a/norm/variance), which would be those of a slice. Fix: use group normalisation, freeze the encoder, leave microBatch out, or add --set stages.s.train.microBatchNorm=allow.]`,
    );
    const allowed = gradientsOf(modules, batch, { ...slicing, microBatchNorm: 'allow' });
    expect(Object.keys(allowed.state)).toContain('encoders/a/norm/mean');
    const frozen = new Set(
      Object.keys(stageVariables(modules).params).filter((n) => n.startsWith('encoders/a/')),
    );
    const still = gradientsOf(modules, batch, slicing, frozen);
    const whole = gradientsOf(modules, batch, { batchSize: rows }, frozen);
    for (const [param, gradient] of Object.entries(whole.grads)) {
      expect(apart(still.grads[param] ?? [], gradient), param).toBeLessThan(1e-5);
    }
    expect(Object.keys(still.grads)).not.toContain('encoders/a/blocks/0/weight');
  });

  it('of accumulated batches have the mean of the large one, for a loss that is a mean over rows', () => {
    const modules = pairModules({ mean: true });
    const specs = stageVariables(modules);
    const batch = pairRows(8, 3, true);
    const train = (accumulate: number, slicing: Slicing) => {
      const session = openSession({
        runtime,
        modules,
        stage: 's',
        frozen: new Set<string>(),
        seed: 5,
        step: 0,
        accumulate,
        slicing,
        from: { params: initialise(specs.params, 1), state: {}, optimizer: {} },
      });
      const reports = [0, 1, 2].map(() => session.train(batch, { learningRate: 0.5, progress: 0 }));
      const { params } = session.read();
      session.close();
      return { params, reports };
    };
    const live = runtime.liveTensors();
    const large = train(1, { batchSize: 8 });
    for (const [accumulate, slicing] of [
      [2, { batchSize: 4 }],
      [4, { batchSize: 2 }],
      [2, { batchSize: 4, microBatch: 2 }],
    ] as const) {
      const parts = train(accumulate, slicing);
      for (const [param, { data }] of Object.entries(large.params)) {
        expect(apart(parts.params[param]?.data ?? [], data), param).toBeLessThan(2e-6);
      }
      parts.reports.forEach((report, i) => {
        expect(report['loss']).toBeCloseTo(large.reports[i]?.['loss'] as number, 5);
        expect(report['gradientNorm']).toBeCloseTo(large.reports[i]?.['gradientNorm'] as number, 5);
      });
    }
    expect(runtime.liveTensors()).toBe(live);
  });
});

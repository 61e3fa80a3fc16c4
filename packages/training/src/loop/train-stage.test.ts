import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Callback, Loss, Named, Optimizer, Runtime } from '@dualbeat/core';
import { at } from '@dualbeat/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { memoryRun, metricStream, paramsBelow } from '../../test/memory-run.ts';
import { apart, open, pairModules, pairRows, runtimeNames } from '../../test/support.ts';
import type { StageModules } from '../stage-modules.ts';
import { freezePhases } from '../trainable.ts';
import { stageVariables } from '../stage-modules.ts';
import { openTracer } from './tracer.ts';
import type { TrainEvent } from './train-event.ts';
import { trainStage } from './train-stage.ts';

const full = process.env['DUALBEAT_TEST_FULL'] === '1';
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dualbeat-training-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const sub = (name: string): string => join(folder, name);

/** Momentum 0.5 and a count of its own steps, by parameter. */
const momentum: Optimizer = {
  init: (params) =>
    Object.fromEntries(
      Object.entries(params).map(([name, spec]) => [
        `m/${name}`,
        { ...spec, init: () => new Float32Array(spec.shape.reduce((a, b) => a * b, 1)) },
      ]),
    ),
  update(grads, state, params, { learningRate, step }, _groups, tf) {
    const young = tf.sub(1, tf.pow(tf.scalar(0.5), tf.cast(step, 'float32')));
    const m = Object.fromEntries(
      Object.keys(params).map((name) => [
        `m/${name}`,
        tf.add(tf.mul(at(state, `m/${name}`), 0.5), tf.mul(at(grads, name), 0.5)),
      ]),
    );
    return {
      params: Object.fromEntries(
        Object.entries(params).map(([name, value]) => [
          name,
          tf.sub(value, tf.mul(tf.div(at(m, `m/${name}`), young), learningRate)),
        ]),
      ),
      state: m,
    };
  },
};

/** Counts its calls, draws, reads features and metrics. */
const counting: Callback = {
  async on(event, memory, random) {
    const calls = ((memory as number | null) ?? 0) + 1;
    let sum = 0;
    if (event.at !== 'start')
      for await (const { values } of event.features('val'))
        sum += Array.from(at(values, 'projectors/a').values.data).reduce((a, b) => a + b, 0);
    return {
      memory: calls,
      metrics: { 'val/calls': calls, 'val/sum': sum, 'val/drawn': random() },
    };
  },
};
const bytesOf = (path: string): Map<string, string> =>
  new Map(
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [file.slice(path.length), readFileSync(file).toString('base64')]),
  );

describe.each(runtimeNames)('training a stage on the runtime %s', (name) => {
  let runtime: Runtime;
  beforeAll(async () => void (runtime = await open(name)));
  afterAll(() => runtime.close());

  /** Everything at once: what a checkpoint must hold for the rest to go on as it was. */
  function everything(path: string, stopAt: number, events: TrainEvent[]) {
    const modules = { ...pairModules(), optimizer: momentum };
    const { params } = stageVariables(modules);
    return memoryRun({
      runtime,
      modules,
      rows: pairRows(20),
      folder: path,
      stopAt,
      events,
      options: {
        batchSize: 4,
        accumulate: 2,
        microBatch: 3,
        emaDecay: 0.9,
        clipNorm: 1,
        updateNorms: true,
        checkpointEvery: 1,
        onNotFinite: { policy: 'rollback', steps: 2 },
      },
      more: {
        callbacks: [{ name: 'counting', callback: counting }],
        phases: freezePhases(params, {
          params: [],
          until: [{ params: ['encoders/b/**'], epoch: 1 }],
        }),
        schedule: {
          at: (_position, memory) => 0.1 / (1 + ((memory as number | null) ?? 0)),
          observe: (metrics, memory) =>
            ((memory as number | null) ?? 0) + ((metrics['val/loss'] ?? 0) > 0 ? 1 : 0),
        },
      },
    });
  }

  it('interrupted after any step and resumed, it ends in the same bytes and the same metrics', async () => {
    const events: TrainEvent[] = [];
    const whole = await trainStage(everything(sub('whole'), 0, events));
    expect(whole).toMatchObject({ status: 'finished', progress: { step: 6, epoch: 3 } });
    expect(whole.progress.callbacks).toEqual({ counting: 4 });
    const want = bytesOf(sub('whole'));
    const stops = full ? [[1], [2], [3], [4], [5], [1, 2, 4]] : [[3], [1, 4]];
    for (const stopAt of stops) {
      const path = sub(`stopped-${stopAt.join('-')}`);
      const told: TrainEvent[] = [];
      for (const step of stopAt) {
        expect((await trainStage(everything(path, step, told))).status).toBe('interrupted');
        expect(bytesOf(path)).not.toEqual(want);
      }
      expect((await trainStage(everything(path, 0, told))).status).toBe('finished');
      expect(bytesOf(path), `stopped after ${stopAt.join()}`).toEqual(want);
      expect(metricStream(told)).toEqual(metricStream(events));
    }
  });

  it('keeps its number of tensors', async () => {
    const before = runtime.liveTensors();
    await trainStage(everything(sub('a'), 0, []));
    expect(runtime.liveTensors()).toBe(before);
    const run = everything(sub('b'), 0, []);
    const fails = {
      ...run,
      emit: (event: TrainEvent) => {
        if (event.type === 'step' && event.step === 2) throw new Error('on purpose');
      },
    };
    await expect(trainStage(fails)).rejects.toThrow('on purpose');
    expect(runtime.liveTensors()).toBe(before);
  });

  it('the running mean of the weights is what is evaluated and handed on', async () => {
    const modules = pairModules({ mean: true, dropout: 0 });
    const rows = pairRows(12, 1, true);
    const weights: Named<ArrayLike<number>>[] = [];
    // The same walk without the mean, checkpoint by checkpoint.
    const plain = memoryRun({
      runtime,
      modules,
      rows,
      folder: sub('plain'),
      options: { epochs: 1 },
    });
    const { save } = plain.checkpoints;
    const watching = {
      ...plain,
      options: { ...plain.options, checkpointEvery: 1 },
      checkpoints: {
        ...plain.checkpoints,
        save: (...args: Parameters<typeof save>) => {
          weights.push(
            Object.fromEntries(Object.entries(args[1].params).map(([k, v]) => [k, v.data])),
          );
          return save(...args);
        },
      },
    };
    await trainStage(watching);
    const run = memoryRun({
      runtime,
      modules,
      rows,
      folder: sub('ema'),
      options: { epochs: 1, emaDecay: 0.15 },
    });
    const { progress } = await trainStage(run);
    const saved = run.checkpoints.last()?.checkpoint;
    const start = await trainStage(
      memoryRun({ runtime, modules, rows, folder: sub('zero'), options: { epochs: 0 } }),
    );
    expect(start.status).toBe('finished');
    const initial = memoryRun({ runtime, modules, rows, folder: sub('zero') }).checkpoints.last()
      ?.checkpoint.params;
    for (const [param, { data }] of Object.entries(saved?.params ?? {})) {
      const [one, two] = weights.map((step) => at(step, param));
      const [d1, d2] = [Math.min(0.15, 2 / 11), Math.min(0.15, 3 / 12)];
      const mean = Array.from(data, (_, i) => {
        const first = d1 * (initial?.[param]?.data[i] as number) + (1 - d1) * (one?.[i] as number);
        return d2 * first + (1 - d2) * (two?.[i] as number);
      });
      expect(apart(data, mean), param).toBeLessThan(1e-6);
      expect(apart(saved?.optimizer[`raw/${param}`]?.data ?? [], two ?? []), param).toBeLessThan(
        1e-7,
      );
    }
    expect(progress.metrics['val/loss']).not.toBe(undefined);
  });

  it('parameters that are frozen until an epoch begin then, and their optimiser begins with them', async () => {
    const modules: StageModules = {
      ...pairModules({ mean: true, dropout: 0 }),
      optimizer: momentum,
    };
    const { params } = stageVariables(modules);
    const rows = pairRows(12, 2, true);
    const phases = freezePhases(params, {
      params: [],
      until: [{ params: ['encoders/b/**'], epoch: 2 }],
    });
    const after = async (epochs: number) => {
      const run = memoryRun({
        runtime,
        modules,
        rows,
        folder: sub(`e${epochs}`),
        options: { epochs },
        more: { phases },
      });
      await trainStage(run);
      return run.checkpoints.last()?.checkpoint;
    };
    const [zero, two, three] = [await after(0), await after(2), await after(3)];
    for (const param of paramsBelow(modules, 'encoders/b/')) {
      expect(two?.params[param], param).toEqual(zero?.params[param]);
      expect(three?.params[param], param).not.toEqual(zero?.params[param]);
      expect(two?.optimizer[`m/${param}`]?.data.every((v) => v === 0)).toBe(true);
    }
    for (const param of paramsBelow(modules, 'encoders/a/'))
      expect(two?.params[param], param).not.toEqual(zero?.params[param]);
  });

  it('frozen modules run in eval mode with their statistics, unless the stage says otherwise', async () => {
    const modules = pairModules({ norm: true });
    const frozen = new Set(paramsBelow(modules, 'encoders/a/'));
    const train = async (statistics: boolean) => {
      const run = memoryRun({
        runtime,
        modules,
        rows: pairRows(12),
        folder: sub(String(statistics)),
        more: { frozen, statistics },
      });
      await trainStage(run);
      return run.checkpoints.last()?.checkpoint.state['encoders/a/norm/mean']?.data;
    };
    expect([...((await train(true)) ?? [])]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...((await train(false)) ?? [])]).not.toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('ends by time, by a callback, and after few batches on purpose', async () => {
    const modules = pairModules({ mean: true });
    const rows = pairRows(12, 3, true);
    const timed = memoryRun({
      runtime,
      modules,
      rows,
      folder: sub('t'),
      options: { maxHours: 1e-9 },
    });
    expect((await trainStage(timed)).progress).toMatchObject({ ended: 'time', step: 1 });
    const stopping: Callback = {
      on: ({ epoch }) => Promise.resolve(epoch === 1 ? { stop: 'enough' } : {}),
    };
    const events: TrainEvent[] = [];
    const called = memoryRun({
      runtime,
      modules,
      rows,
      folder: sub('c'),
      events,
      more: { callbacks: [{ name: 'x', callback: stopping }] },
    });
    expect((await trainStage(called)).progress).toMatchObject({ ended: 'callback', epoch: 1 });
    expect(events).toContainEqual({
      type: 'note',
      stage: 's',
      level: 'info',
      text: 'x ends the stage: enough',
    });
    const few = memoryRun({
      runtime,
      modules,
      rows,
      folder: sub('o'),
      events,
      options: { overfitBatches: 1, epochs: 30 },
    });
    const { progress } = await trainStage(few);
    expect(progress).toMatchObject({ step: 30 });
    const losses = metricStream(events.filter((event) => event.type === 'epoch').slice(1));
    expect(losses.at(-1)?.['val/loss']).toBeLessThan(0.5 * (losses[0]?.['val/loss'] as number));
  });

  it('keeps periodic checkpoints for good, and writes a trace that tells where the time went', async () => {
    const modules = pairModules({ mean: true });
    const file = sub('profile.json');
    const run = memoryRun({
      runtime,
      modules,
      rows: pairRows(12, 3, true),
      folder: sub('k'),
      options: { epochs: 5, keepEvery: 2 },
      more: { tracer: openTracer(file, 6) },
    });
    await trainStage(run);
    const kept = readdirSync(sub('k')).filter((entry) => entry.startsWith('step-'));
    expect(kept).toEqual(
      expect.arrayContaining(['step-00000004', 'step-00000008', 'step-00000010']),
    );
    const { traceEvents } = JSON.parse(readFileSync(file, 'utf8')) as {
      traceEvents: { name: string; ph: string; ts: number; dur: number }[];
    };
    const names = traceEvents.map((event) => event.name);
    expect(names.filter((one) => one === 'step')).toHaveLength(6);
    expect(new Set(names)).toEqual(
      new Set(['wait', 'graph', 'step', 'evaluate', 'callback', 'checkpoint']),
    );
    expect(traceEvents.every(({ ph, ts, dur }) => ph === 'X' && ts >= 0 && dur >= 0)).toBe(true);
  });

  describe('a step that is not finite', () => {
    /** Its value is finite where `poison` is 0, the gradient of `gain` is not. */
    const poisoned = (loss: Loss): Loss => ({
      ...loss,
      params: {
        ...loss.params,
        gain: { shape: [], decay: false, init: () => Float32Array.of(0.1) },
      },
      apply(vars, input, ctx) {
        const { tf } = ctx;
        const base = loss.apply(vars, input, ctx);
        const poison = at(input.targets, 'poison').values;
        const extra = tf.sum(
          tf.mul(tf.sqrt(tf.square(tf.mul(poison, at(vars.params, 'gain')))), 1e-3),
        );
        return { ...base, outputs: { ...base.outputs, loss: tf.add(base.outputs.loss, extra) } };
      },
    });
    /** 12 rows, of which `bad` carry the poison. */
    function stage(
      bad: readonly number[],
      options: object,
      events: TrainEvent[] = [],
      path = 'p',
      stopAt = 0,
    ) {
      const base = pairModules({ mean: true, dropout: 0 });
      const plain = pairRows(12, 4, true);
      const data = Float32Array.from({ length: 12 }, (_, i) => (bad.includes(i) ? 0 : 1));
      const targets = {
        poison: {
          values: { shape: [12], data },
          present: { shape: [12], data: new Uint8Array(12).fill(1) },
        },
      };
      return memoryRun({
        runtime,
        events,
        stopAt,
        folder: sub(path),
        options: options as never,
        modules: { ...base, loss: poisoned(base.loss) },
        rows: { ...plain, targets },
      });
    }
    const warnings = (events: readonly TrainEvent[]) =>
      events.flatMap((event) =>
        event.type === 'note' && event.level === 'warning' ? [event] : [],
      );

    it('skip: changes nothing, is told with step, records and module, and training goes on', async () => {
      const events: TrainEvent[] = [];
      const run = stage([3], { epochs: 1 }, events);
      const { status, progress } = await trainStage(run);
      expect(status).toBe('finished');
      expect(progress.epochSums).toEqual({ steps: 0, sums: {} });
      const [note, ...others] = warnings(events);
      expect(others).toEqual([]);
      expect(note?.text).toMatch(
        /^step [12] was not finite, left out: gradientNorm NaN; gradient of loss; records (r\d, ){3}r\d$/,
      );
      expect(note?.text).toContain('r3');
      expect(note?.facts).toMatchObject({
        groups: ['loss'],
        policy: 'skip',
        values: ['gradientNorm NaN'],
      });
      const finite = events
        .filter((event) => event.type === 'step')
        .map((event) => event.report['finite']);
      expect(finite.toSorted((a, b) => (a ?? 0) - (b ?? 0))).toEqual([0, 1]);
      for (const { data } of Object.values(run.checkpoints.last()?.checkpoint.params ?? {}))
        expect(data.every(Number.isFinite)).toBe(true);
    });

    it('raise: ends at the first, the last checkpoint is as it was', async () => {
      const run = stage([0, 1, 2, 3, 4, 5, 6, 7], { onNotFinite: { policy: 'raise', steps: 20 } });
      await expect(trainStage(run)).rejects.toThrow(
        /^E_NOT_FINITE: step 1: 1 step gave no finite loss or gradient \(gradientNorm NaN; gradient of loss; records .*\); parameters are those before\. Fix: lower the learning rate/,
      );
      expect(run.checkpoints.last()).toBeNull();
    });

    it('rollback: goes back to the last finished epoch, the same after an interruption; gives up in the end', async () => {
      const options = { epochs: 3, onNotFinite: { policy: 'rollback', steps: 3 } };
      const events: TrainEvent[] = [];
      const whole = stage([2], options, events, 'whole');
      expect((await trainStage(whole)).progress).toMatchObject({ rollbacks: 3 });
      expect(warnings(events)).toHaveLength(3);
      const stopped = stage([2], options, [], 'stopped', 3);
      expect((await trainStage(stopped)).status).toBe('interrupted');
      await trainStage(stage([2], options, [], 'stopped'));
      expect(bytesOf(sub('stopped'))).toEqual(bytesOf(sub('whole')));
      const few = stage(
        [2],
        { ...options, onNotFinite: { policy: 'rollback', steps: 1 } },
        [],
        'few',
      );
      await expect(trainStage(few)).rejects.toThrow(
        /E_NOT_FINITE: .*1 returns to earlier weights did not help/,
      );
    });

    it('a learning rate of 1e20 trips, one of 1e-10 does not', async () => {
      const wild = stage([], { epochs: 30 }, [], 'wild');
      await expect(
        trainStage({ ...wild, schedule: { at: () => 1e20, observe: () => null } }),
      ).rejects.toThrow(/^E_NOT_FINITE: step \d+: 20 steps in a row/);
      const saved = { ...wild.checkpoints.last()?.checkpoint.params };
      for (const { data } of Object.values(saved)) expect(data.every(Number.isFinite)).toBe(true);
      const calm = stage([], { epochs: 3 }, [], 'calm');
      const quiet = { ...calm, schedule: { at: () => 1e-10, observe: () => null } };
      expect((await trainStage(quiet)).progress.notFinite).toBe(0);
    });
  });
});

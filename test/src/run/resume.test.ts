import { at, loadExperiment } from '@dualbeat/core';
import type { HostArray, Named, Runtime } from '@dualbeat/core';
import { openLoader } from '@dualbeat/data';
import type { Loader } from '@dualbeat/data';
import { alwaysPlugins, planRun } from '@dualbeat/experiment';
import type { RunPlan } from '@dualbeat/experiment';
import { openRuntime } from '@dualbeat/tensor';
import { openCheckpointStore, trainStage } from '@dualbeat/training';
import type { StageRun, TrainEvent } from '@dualbeat/training';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryFolders, tiny } from './command.ts';

const folders = temporaryFolders();
afterAll(() => folders.clear());
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

/** 2 steps an epoch, 3 epochs, a crop that is drawn anew each time: data, masks and order all count. */
const small = [
  'cohort.options={ subjects: 14, samplingHz: 100, seconds: 2, splits: { train: 0.6, val: 0.2 } }',
  'views.ecg.transforms=[{ use: random-crop, options: { samples: 100 } }, standardize]',
  'stages.mae.train.epochs=3',
  'stages.mae.task.options.simsiamWeight=0.1',
  'stages.mae.heads.simsiam={ use: simsiam, options: { hidden: 8, bottleneck: 4 } }',
];
const full = process.env['DUALBEAT_TEST_FULL'] === '1';

async function openOrWhy(use: string): Promise<Runtime | string> {
  try {
    return await openRuntime({ use });
  } catch (error) {
    return (error as Error).message;
  }
}

describe.each(['js', 'tf'])('a stage stopped after step k and resumed, on %s', (use) => {
  let plan: RunPlan;
  let loader: Loader;
  let runtime: Runtime | string;
  let whole: Outcome;

  beforeAll(async () => {
    runtime = await openOrWhy(use);
    const loaded = await loadExperiment({ file: tiny, set: small, always: alwaysPlugins });
    plan = await planRun(loaded);
    const module = new URL('../../../packages/experiment/src/data/data-source.ts', import.meta.url)
      .href;
    const init = { spec: plan.spec, views: ['ecg'], targets: {}, fitted: {} };
    loader = await openLoader({ source: { module, init }, workers: 1, prefetch: 2 });
    if (typeof runtime !== 'string') whole = await train({ plan, loader, runtime, stopAt: [] });
  });
  afterAll(async () => {
    await loader.close();
    if (typeof runtime !== 'string') runtime.close();
  });

  it.each(full ? [[[1]], [[2]], [[3]], [[4]], [[5]], [[1, 2, 3]]] : [[[1]], [[2, 3]]])(
    'ends in the same bits: k = %s',
    async (stopAt) => {
      if (typeof runtime === 'string') return expect(runtime).toMatch(/^E_RUNTIME_MISSING/);
      const parts = await train({ plan, loader, runtime, stopAt });
      expect(parts.tensors).toEqual(whole.tensors);
      expect(parts.metrics).toEqual(whole.metrics);
      expect(parts.interruptions).toHaveLength(stopAt.length);
      for (const state of parts.interruptions) expect(state).not.toEqual(whole.tensors);
    },
  );

  it('ends in the same bits with slices, accumulated batches and a running mean', async () => {
    if (typeof runtime === 'string') return expect(runtime).toMatch(/^E_RUNTIME_MISSING/);
    const options = {
      batchSize: 2,
      accumulate: 2,
      microBatch: 1,
      emaDecay: 0.9,
      updateNorms: true,
    };
    const of = { plan, loader, runtime, options };
    const once = await train({ ...of, stopAt: [] });
    for (const stopAt of full ? [[1], [2], [3], [4], [5]] : [[3]]) {
      const parts = await train({ ...of, stopAt });
      expect(parts.tensors).toEqual(once.tensors);
      expect(parts.metrics).toEqual(once.metrics);
    }
    expect(once.tensors).not.toEqual(whole.tensors);
  });

  it('leaves no tensor behind', async () => {
    if (typeof runtime === 'string') return expect(runtime).toMatch(/^E_RUNTIME_MISSING/);
    const before = runtime.liveTensors();
    await train({ plan, loader, runtime, stopAt: [3] });
    expect(runtime.liveTensors()).toBe(before);
  });

  it('changes nothing in a step that is not finite, and ends after 20 of them', async () => {
    if (typeof runtime === 'string') return expect(runtime).toMatch(/^E_RUNTIME_MISSING/);
    const folder = folders.make();
    const run = stageRun({ plan, loader, runtime, folder, stopAt: 0 });
    const events: TrainEvent[] = [];
    const wild = {
      ...run,
      schedule: { at: () => 1e20, observe: () => null },
      options: { ...run.options, epochs: 50 },
      emit: (event: TrainEvent) => void events.push(event),
    };
    await expect(trainStage(wild)).rejects.toThrow(
      /^E_NOT_FINITE: step \d+: 20 steps in a row gave no finite loss or gradient .*gradient of encoders\/ecg, heads\/decoder.*; records \S+/,
    );
    const steps = events.flatMap((event) => (event.type === 'step' ? [event] : []));
    expect(steps.filter((step) => step.report['finite'] === 0)).toHaveLength(20);
    const saved = Object.entries(tensorsOf(run));
    const spoilt = saved.filter(([, { data }]) => !data.every((value) => Number.isFinite(value)));
    expect(spoilt.map(([name]) => name)).toEqual([]);
  });
});

type Outcome = {
  readonly tensors: Named<HostArray>;
  readonly metrics: unknown;
  /** Tensors at each stop. */
  readonly interruptions: readonly Named<HostArray>[];
};
type Setting = {
  readonly plan: RunPlan;
  readonly loader: Loader;
  readonly runtime: Runtime;
  readonly options?: Partial<StageRun['options']>;
};

async function train(setting: Setting & { readonly stopAt: readonly number[] }): Promise<Outcome> {
  const folder = folders.make();
  const interruptions: Named<HostArray>[] = [];
  for (const stopAt of setting.stopAt) {
    const run = stageRun({ ...setting, folder, stopAt });
    expect((await trainStage(run)).status).toBe('interrupted');
    interruptions.push(tensorsOf(run));
  }
  const run = stageRun({ ...setting, folder, stopAt: 0 });
  const { status, progress } = await trainStage(run);
  expect(status).toBe('finished');
  expect(progress).toMatchObject({ step: 6, epoch: 3, ended: 'epochs' });
  return { tensors: tensorsOf(run), metrics: progress.metrics, interruptions };
}

function tensorsOf(run: StageRun): Named<HostArray> {
  const { params, state, optimizer } = run.checkpoints.last()?.checkpoint ?? {};
  return { ...params, ...state, ...optimizer };
}

/** `stopAt`: the step after which a stop is requested; 0: never. */
function stageRun(of: Setting & { readonly folder: string; readonly stopAt: number }): StageRun {
  const { plan, loader, runtime, folder, stopAt } = of;
  const built = at(plan.built, 'mae');
  let step = 0;
  return {
    name: 'mae',
    seed: plan.spec.resolved.seed,
    runtime,
    modules: built.modules,
    schedule: built.schedule,
    frozen: built.frozen,
    initial: {},
    options: {
      epochs: 3,
      batchSize: 4,
      evaluateEvery: 1,
      clipNorm: 1,
      watch: { metric: 'val/loss', mode: 'min' },
      ...of.options,
    },
    loader,
    rows: { train: Int32Array.from({ length: 8 }, (_, i) => i), val: Int32Array.of(8, 9, 10) },
    checkpoints: openCheckpointStore({ folder, keepBest: 1, mode: 'min' }),
    about: {
      experiment: 't',
      stage: 'mae',
      stageId: '',
      seed: 0,
      components: {},
      views: {},
      cohort: {},
      versions: {},
    },
    emit: (event) => {
      if (event.type === 'step') ({ step } = event);
    },
    stopRequested: () => stopAt > 0 && step >= stopAt,
  };
}

/** @file One stage in the worker: build, start from, load, train, evaluate. */
import { at, coreVersion } from '@dualbeat/core';
import type { Cohort, HostArray, Host, Named, ResolvedExperiment, Runtime } from '@dualbeat/core';
import { openLoader } from '@dualbeat/data';
import { stageFolderAt } from '@dualbeat/runs';
import { openCheckpointStore, stageVariables, trainStage } from '@dualbeat/training';
import type { CheckpointAbout, StageRun, TrainOptions } from '@dualbeat/training';
import { buildStage } from '../build-stage.ts';
import type { BuiltStage } from '../build-stage.ts';
import { dataSourceModule } from '../data/data-source.ts';
import type { DataSourceInit } from '../data/data-source.ts';
import { fitViews } from '../data/fit-views.ts';
import type { OpenView } from '../data/open-data.ts';
import { initUnmatched } from '../errors.ts';
import type { Job, StageJob } from '../messages.ts';
import { evaluateStage } from './evaluate-stage.ts';
import type { JobHooks } from './run-job.ts';

export type StageContext = {
  readonly job: Job;
  readonly stage: StageJob;
  readonly host: Host;
  readonly cohort: Cohort;
  /** All views of the experiment. */
  readonly views: Named<OpenView>;
  readonly runtime: Runtime;
  readonly hooks: JobHooks;
};

/** False where a stop came first; all is saved then. */
export async function runStage(context: StageContext): Promise<boolean> {
  const { job, stage, host, cohort, views, runtime, hooks } = context;
  const started = performance.now();
  const { resolved } = job.spec;
  const { train } = at(resolved.stages, stage.name, 'stage');
  const folder = stageFolderAt({
    root: job.runsRoot,
    experiment: resolved.name,
    stage: stage.name,
    id: stage.id,
  });

  const specs = Object.fromEntries(Object.entries(views).map(([name, view]) => [name, view.spec]));
  const built = await buildStage(host, resolved, stage.name, cohort, specs);
  const used = Object.fromEntries(built.views.map((name) => [name, at(views, name, 'view')]));
  const fitted = await fitViews(cohort, used, resolved.seed, folder.path);
  const { mode } = watchOf(resolved, stage.name);
  const checkpoints = openCheckpointStore({
    folder: folder.checkpoints,
    keepBest: train.keepBest,
    mode,
  });

  const init: DataSourceInit = {
    spec: job.spec,
    views: built.views,
    targets: at(resolved.stages, stage.name).targets,
    fitted,
  };
  const loader = await openLoader({
    source: { module: dataSourceModule, init },
    workers: Math.max(train.workers, 1),
    prefetch: train.prefetch,
  });
  try {
    const run: StageRun = {
      name: stage.name,
      seed: resolved.seed,
      runtime,
      modules: built.modules,
      schedule: built.schedule,
      frozen: built.frozen,
      initial: initialValues(context, built),
      options: trainOptions(resolved, stage.name),
      loader,
      rows: { train: await cohort.rows('train'), val: await cohort.rows('val') },
      checkpoints,
      about: aboutOf(context, built, used, fitted),
      emit: (event) => hooks.tell({ kind: 'train', event }),
      stopRequested: () => hooks.stop.requested,
    };
    const { status, progress } = await trainStage(run);
    if (status === 'interrupted') return false;
    const evaluated = await evaluateStage(context, run, used, folder.figures);
    if (!evaluated) return false;
    hooks.tell({
      kind: 'stage-finished',
      stage: stage.name,
      progress,
      facts: {
        runtime: runtime.name,
        device: runtime.device,
        traces: runtime.traces(),
        peakBytes: process.resourceUsage().maxRSS * 1024,
        seconds: (performance.now() - started) / 1000,
      },
    });
    return true;
  } catch (error) {
    // The supervisor marks the stage that failed.
    throw error instanceof Error ? Object.assign(error, { stage: stage.name }) : error;
  } finally {
    await loader.close();
  }
}

function watchOf(resolved: ResolvedExperiment, stage: string): TrainOptions['watch'] {
  const { earlyStop } = at(resolved.stages, stage, 'stage').train;
  return { metric: earlyStop?.metric ?? 'val/loss', mode: earlyStop?.mode ?? 'min' };
}

function trainOptions(resolved: ResolvedExperiment, stage: string): TrainOptions {
  const { epochs, batchSize, evaluateEvery, maxSteps, clipNorm, earlyStop } = at(
    resolved.stages,
    stage,
    'stage',
  ).train;
  return {
    epochs,
    batchSize,
    evaluateEvery,
    watch: watchOf(resolved, stage),
    ...(maxSteps === undefined ? {} : { maxSteps }),
    ...(clipNorm === undefined ? {} : { clipNorm }),
    ...(earlyStop === undefined ? {} : { patience: earlyStop.patience }),
  };
}

/** Parameters that start from earlier stages, by the prefixes of `init`. Error: E_INIT_PREFIX. */
function initialValues({ job, stage }: StageContext, built: BuiltStage): Named<HostArray> {
  const { resolved } = job.spec;
  const { init } = at(resolved.stages, stage.name, 'stage');
  const { params, state } = stageVariables(built.modules);
  const own = [...Object.keys(params), ...Object.keys(state)];
  const values: { [name: string]: HostArray } = {};
  for (const [prefix, source] of Object.entries(init)) {
    const id = at(job.ids, source.from, 'stage');
    const folder = stageFolderAt({
      root: job.runsRoot,
      experiment: resolved.name,
      stage: source.from,
      id,
    });
    const store = openCheckpointStore({
      folder: folder.checkpoints,
      keepBest: 1,
      mode: watchOf(resolved, source.from).mode,
    });
    const found = source.checkpoint === 'best' ? store.best() : store.last({ optimizer: false });
    const tensors = { ...found?.checkpoint.params, ...found?.checkpoint.state };
    const taken = Object.entries(tensors).filter(
      ([name]) => own.includes(name) && (name === prefix || name.startsWith(`${prefix}/`)),
    );
    if (taken.length === 0) throw initUnmatched(stage.name, prefix, source.from);
    for (const [name, array] of taken) values[name] = array;
  }
  return values;
}

function aboutOf(
  { job, stage, host, cohort }: StageContext,
  built: BuiltStage,
  used: Named<OpenView>,
  fitted: Named<readonly unknown[]>,
): CheckpointAbout {
  const { resolved } = job.spec;
  const views = Object.entries(used).map(([name, view]) => {
    const transforms = at(resolved.views, name).transforms.map((use, i) => ({
      ...use,
      fitted: fitted[name]?.[i] ?? null,
    }));
    return [name, { from: view.from, source: view.source, transforms, ...view.spec }] as const;
  });
  const versions = host.sources().map(({ name, version }) => [name, version] as const);
  return {
    experiment: resolved.name,
    stage: stage.name,
    stageId: stage.id,
    seed: resolved.seed,
    components: built.components,
    views: Object.fromEntries(views),
    cohort: { use: resolved.cohort.use, options: resolved.cohort.options, digest: cohort.digest },
    versions: { '@dualbeat/core': coreVersion(), ...Object.fromEntries(versions) },
  };
}

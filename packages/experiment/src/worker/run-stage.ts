/** @file One stage in the worker: build, start from, load, train, evaluate. */
import { dirname, join, resolve } from 'node:path';
import { at } from '@dualbeat/core';
import type { Cohort, Host, Named, Runtime, ViewSpec } from '@dualbeat/core';
import { openLoader } from '@dualbeat/data';
import { stageFolderAt } from '@dualbeat/runs';
import {
  freezePhases,
  openCheckpointStore,
  openTracer,
  optimizerGroups,
  stageVariables,
  trainStage,
} from '@dualbeat/training';
import type { StageRun } from '@dualbeat/training';
import { buildStage } from '../build-stage.ts';
import type { BuiltStage } from '../build-stage.ts';
import { dataSourceModule } from '../data/data-source.ts';
import type { DataSourceInit } from '../data/data-source.ts';
import { fitViews } from '../data/fit-views.ts';
import type { OpenView } from '../data/open-data.ts';
import type { Job, StageJob } from '../messages.ts';
import { checkpointAbout } from './checkpoint-about.ts';
import { evaluateStage } from './evaluate-stage.ts';
import { frozenFeatures } from './frozen-features.ts';
import { inherit, withOwn } from './initial-values.ts';
import { metricsDuring } from './metrics-during.ts';
import { orderRules } from './order-rules.ts';
import type { JobHooks } from './run-job.ts';
import { trainOptions, watchOf } from './train-options.ts';

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
  const { train, freeze, optimizer, targets } = at(resolved.stages, stage.name, 'stage');
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
    command: job.command,
  });

  const inherited = inherit(context, built);
  const { params } = stageVariables(built.modules);
  const plain = { spec: job.spec, views: built.views, targets, fitted };
  const of = { used, fitted, inherited, init: plain };
  const features = await frozenFeatures(context, built, of);
  if (features === null) return false;

  const init: DataSourceInit = { ...plain, features };
  const loader = await openLoader({
    source: { module: dataSourceModule, init },
    workers: Math.max(train.workers, 1),
    prefetch: train.prefetch,
  });
  try {
    const rows = { train: await cohort.rows('train'), val: await cohort.rows('val') };
    const fits = train.epochs > 0 ? rows.train : new Int32Array();
    const { lineage, subjects } = withOwn(context, inherited, fits);
    const metricFrom = {
      views: pickSpecs(used),
      targets: built.targets,
      resolve: (path: string) => resolve(dirname(job.spec.file), path),
    };
    const order = await orderRules(host, resolved, stage.name, built, cohort, rows.train);
    const during = await metricsDuring(context, metricFrom);
    const run: StageRun = {
      name: stage.name,
      seed: resolved.seed,
      runtime,
      modules: built.modules,
      schedule: built.schedule,
      frozen: built.frozen,
      phases: freezePhases(params, freeze),
      statistics: freeze.statistics,
      groups: optimizerGroups(params, optimizer),
      features: new Set(Object.keys(features)),
      initial: inherited.values,
      options: trainOptions(resolved, stage.name),
      loader,
      rows,
      rowsOf: (split) => cohort.rows(split),
      checkpoints,
      about: checkpointAbout(context, built, { used, fitted, lineage }),
      subjects,
      callbacks: await stageCallbacks(context, built),
      ...(order === undefined ? {} : { order }),
      ...(during === undefined ? {} : { during }),
      ...(train.profile === undefined
        ? {}
        : { tracer: openTracer(join(folder.path, 'profile.json'), train.profile) }),
      emit: (event) => hooks.tell({ kind: 'train', event }),
      stopRequested: () => hooks.stop.requested,
    };
    const { status, progress } = await trainStage(run);
    if (status === 'interrupted') return false;
    const evaluated = await evaluateStage(context, run, used, built.targets, folder.figures);
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

/** Named by their number, so that one component may be there twice. */
async function stageCallbacks(
  { job, stage, host }: StageContext,
  { views, targets }: BuiltStage,
): Promise<NonNullable<StageRun['callbacks']>> {
  const { callbacks } = at(job.spec.resolved.stages, stage.name, 'stage');
  return Promise.all(
    callbacks.map(async (use, i) => ({
      name: `${i}-${use.use}`,
      callback: await host.create(
        'callback',
        use,
        { views, targets },
        `stages.${stage.name}.callbacks[${i}]`,
      ),
    })),
  );
}

function pickSpecs(views: Named<OpenView>): Named<ViewSpec> {
  return Object.fromEntries(Object.entries(views).map(([name, { spec }]) => [name, spec]));
}

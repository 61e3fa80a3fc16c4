/** @file What a run will do: its stages with their ids, checked as far as it goes without a tensor. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { at, packageDigest, stageId, stageIdentity, stageNeeds, stageOrder } from '@dualbeat/core';
import type { LoadedExperiment, Named, Split, Stage } from '@dualbeat/core';
import { batchTooLarge, countValues, emptySplit, stageVariables } from '@dualbeat/training';
import { buildStage } from './build-stage.ts';
import type { BuiltStage } from './build-stage.ts';
import { openCohort, openViews } from './data/open-data.ts';
import type { ExperimentSpec, OpenView } from './data/open-data.ts';

export type PlannedStage = {
  readonly name: string;
  readonly id: string;
  readonly views: readonly string[];
  /** Numbers of values, by module. */
  readonly parameters: Named<number>;
};
export type RunPlan = {
  readonly spec: ExperimentSpec;
  /** In the order in which they run; the last one is the result. */
  readonly stages: readonly PlannedStage[];
  /** `<variant>-s<seed>-<id>`. */
  readonly trial: string;
  readonly rows: { readonly [split in Split]: number };
  readonly views: Named<OpenView>;
  readonly built: Named<BuiltStage>;
};

/** Packages whose code decides what a stage computes. */
const codePackages = ['core', 'nn', 'data', 'training'] as const;

/**
 * Opens the cohort and builds every stage from shapes. Errors: those of the components, E_BATCH_LARGER_THAN_SET,
 * E_SPLIT_EMPTY, E_NAME_UNKNOWN.
 */
export async function planRun(loaded: LoadedExperiment): Promise<RunPlan> {
  const { resolved, host, file } = loaded;
  const sources = host.sources();
  const spec = { resolved, file, plugins: sources.map(({ url }) => fileURLToPath(url)) };
  const cohort = await openCohort(host, spec);
  const rows = {
    train: (await cohort.rows('train')).length,
    val: (await cohort.rows('val')).length,
    test: (await cohort.rows('test')).length,
    all: (await cohort.rows('all')).length,
  };
  const views = await openViews(host, resolved, cohort);
  const specs = Object.fromEntries(Object.entries(views).map(([name, view]) => [name, view.spec]));
  const code = {
    ...Object.fromEntries(codePackages.map((name) => [name, packageDigest(folderOf(name))])),
    plugins: sources.map(({ name, digest }) => [name, digest]),
  };

  const built: { [stage: string]: BuiltStage } = {};
  const stages: PlannedStage[] = [];
  const ids: { [stage: string]: string } = {};
  for (const name of stageOrder(resolved)) {
    const stage = at(resolved.stages, name, 'stage');
    checkRows(name, stage, rows);
    const made = await buildStage(host, resolved, name, cohort, specs);
    built[name] = made;
    const identity = stageIdentity(resolved, host, name, made.views);
    const from = Object.fromEntries(stageNeeds(stage).map((need) => [need, at(ids, need)]));
    ids[name] = stageId({ ...identity, data: cohort.digest, from, code });
    stages.push({ name, id: ids[name], views: made.views, parameters: parameterCounts(made) });
  }
  const trial = `base-s${resolved.seed}-${stageId(ids)}`;
  return { spec, stages, trial, rows, views, built };
}

function checkRows(name: string, { train, evaluate }: Stage, rows: RunPlan['rows']): void {
  if (train.epochs > 0 && train.batchSize > rows.train) {
    throw batchTooLarge(name, train.batchSize, rows.train);
  }
  const empty = evaluate.splits.find((split) => rows[split] === 0);
  if (empty !== undefined) throw emptySplit(name, empty);
}

function parameterCounts({ modules }: BuiltStage): Named<number> {
  const { params } = stageVariables(modules);
  const counts: { [module: string]: number } = {};
  for (const [name, variable] of Object.entries(params)) {
    const module = name.startsWith('loss/') ? 'loss' : name.split('/').slice(0, 2).join('/');
    counts[module] = (counts[module] ?? 0) + countValues({ [name]: variable });
  }
  return counts;
}

function folderOf(name: (typeof codePackages)[number]): string {
  const file = createRequire(import.meta.url).resolve(`@dualbeat/${name}/package.json`);
  return dirname(file);
}

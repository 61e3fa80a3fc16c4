/** @file What a run will do: its stages with their ids, checked as far as it goes without a tensor. */
import { at, stageId, stageIdentity, stageNeeds, stageOrder } from '@dualbeat/core';
import type { LoadedExperiment, Named, Split, Stage } from '@dualbeat/core';
import { batchTooLarge, countValues, emptySplit, stageVariables } from '@dualbeat/training';
import { buildStage } from './build-stage.ts';
import type { BuiltStage } from './build-stage.ts';
import { openViews } from './data/open-data.ts';
import type { ExperimentSpec, OpenView } from './data/open-data.ts';
import { codeDigests, openPlanCohort, specOf } from './plan-cache.ts';
import { smokeExperiment, smokeRows } from './smoke.ts';
import { checkEvaluation } from './wiring/check-evaluation.ts';
import { type Invalid, placed, refuse } from './wiring/faults.ts';
import { initFaults } from './wiring/init-faults.ts';
import { placedHost } from './wiring/placed-host.ts';
import { viewFaults } from './wiring/view-faults.ts';

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
  /** Stages that a stage starts from or needs, by name. */
  readonly needs: Named<readonly string[]>;
  /** `<variant>-s<seed>-<id>`; the file as it stands is the variant `base`. */
  readonly trial: string;
  /** A trial of two steps a stage: its stages have ids of their own. */
  readonly smoke: boolean;
  readonly rows: { readonly [split in Split]: number };
  /** What the rows are made of: goes into the journal, and from there to trackers. */
  readonly data: {
    readonly cohort: string;
    readonly digest: string;
    readonly rows: { readonly [split in Split]: number };
  };
  readonly views: Named<OpenView>;
  readonly built: Named<BuiltStage>;
};
export type PlanOptions = {
  /** Two steps of every stage and a few rows; ids are never those of the real stages. */
  readonly smoke?: boolean;
};

/**
 * Opens the cohort and builds every stage from shapes; no tensor library is loaded. Plans of trials that share a host share
 * its cohorts. Errors: those of the components, E_EXPERIMENT_VIEW, E_EXPERIMENT_WIRING, E_TARGETS_UNKNOWN, E_INIT_PATTERN,
 * E_INIT_SHAPE, E_PATTERN, E_BATCH_LARGER_THAN_SET, E_SPLIT_EMPTY; all with file, line and column.
 */
export async function planRun(
  experiment: LoadedExperiment,
  { smoke = false }: PlanOptions = {},
): Promise<RunPlan> {
  const loaded = smoke ? smokeExperiment(experiment) : experiment;
  const { resolved, invalid } = loaded;
  const host = placedHost(loaded.host, invalid);
  const spec = specOf(loaded, smoke ? smokeRows(resolved) : undefined);
  const { cohort, rows } = await openPlanCohort(host, spec);
  refuse(viewFaults(resolved, cohort), invalid);
  const views = await openViews(host, resolved, cohort);
  const specs = Object.fromEntries(Object.entries(views).map(([name, view]) => [name, view.spec]));
  const code = codeDigests(loaded.host);

  const built: { [stage: string]: BuiltStage } = {};
  const stages: PlannedStage[] = [];
  const ids: { [stage: string]: string } = {};
  const needs: { [stage: string]: readonly string[] } = {};
  for (const name of stageOrder(resolved)) {
    const stage = at(resolved.stages, name, 'stage');
    const made = await placing(invalid, async () => {
      checkRows(name, stage, rows);
      return buildStage(host, resolved, name, cohort, specs, invalid);
    });
    refuse(initFaults(name, stage, made, built), invalid);
    await checkEvaluation(host, spec, name, made, specs);
    built[name] = made;
    needs[name] = stageNeeds(stage);
    const identity = stageIdentity(resolved, host, name, made.views);
    const from = Object.fromEntries(needs[name].map((need) => [need, at(ids, need)]));
    const parts = { ...identity, data: cohort.digest, from, code };
    ids[name] = stageId(smoke ? { ...parts, smoke } : parts);
    stages.push({ name, id: ids[name], views: made.views, parameters: parameterCounts(made) });
  }
  const trial = `${loaded.variant ?? 'base'}-s${resolved.seed}-${stageId(ids)}`;
  const data = { cohort: resolved.cohort.use, digest: cohort.digest, rows };
  return { spec, stages, needs, trial, smoke, rows, data, views, built };
}

/** Errors of `fn` that name a path of the file get its place. */
async function placing<T>(invalid: Invalid, fn: () => Promise<T>): Promise<T> {
  try {
    return await fn();
  } catch (error) {
    throw placed(error, invalid);
  }
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

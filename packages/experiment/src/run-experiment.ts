/** @file Running an experiment: plan, folders, worker, record, report. The supervisor loads no tensor library. */
import { resolve } from 'node:path';
import { at, loadExperiment } from '@dualbeat/core';
import type { LoadedExperiment, LoadOptions, MetricValue, Named } from '@dualbeat/core';
import {
  inspectStageFolder,
  openStageFolder,
  openTrialFolder,
  stageFolderAt,
  writeAtomic,
} from '@dualbeat/runs';
import type { StageFolder, TrialFolder } from '@dualbeat/runs';
import { requireRuntime } from '@dualbeat/tensor';
import type { FromWorker } from './messages.ts';
import { planRun } from './plan.ts';
import type { PlannedStage, RunPlan } from './plan.ts';
import { placed } from './wiring/faults.ts';
import { removeSmokeRuns, smokeRoot } from './smoke.ts';
import { exitCodeOf, exitCodes } from './supervisor/exit-code.ts';
import { openStageJournal } from './supervisor/stage-journal.ts';
import type { StageJournal } from './supervisor/stage-journal.ts';
import { superviseWorker } from './supervisor/supervise-worker.ts';
import type { WatchLimits } from './supervisor/worker-process.ts';
import { readResult, writeReport } from './supervisor/write-report.ts';

/** Loaded unnamed. */
export const alwaysPlugins: readonly string[] = ['@dualbeat/standard'];

export type RunOptions = {
  /** The experiment file. */
  readonly file: string;
  /** 'path=value', as `--set`. */
  readonly set?: readonly string[];
  /** Named overlay of the file; absent: the file as it stands. */
  readonly variant?: string;
  /** Values of axes, by path. */
  readonly values?: Named<unknown>;
  /** Over the file's seed. */
  readonly seed?: number;
  /** Two steps of every stage and a few rows, always anew, below `<runsRoot>/.smoke`; no real stage is touched. */
  readonly smoke?: boolean;
  /** Ends after this stage and those that it needs, without a report: how a sweep runs a stage that trials share. */
  readonly until?: string;
  /** 'new' refuses a folder with an unfinished run; 'restart' keeps it aside and starts anew. */
  readonly mode?: 'new' | 'resume' | 'restart';
  /** Where run folders are made; 'runs' in the working folder. */
  readonly runsRoot?: string;
  readonly eager?: boolean;
  /** Evaluates also on subjects that the model was fitted on; metrics and report say so. */
  readonly allowLeak?: boolean;
  /** Comes before `--resume` and `--restart` in messages. */
  readonly command?: string;
  readonly limits?: Partial<WatchLimits>;
  /** Everything that happens, as it happens. */
  readonly on?: (update: RunUpdate) => void;
};
export type RunUpdate =
  FromWorker | { readonly kind: 'planned'; readonly plan: RunPlan; readonly trial: TrialFolder };
export type RunResult = {
  readonly status: 'finished' | 'interrupted';
  /** Everything was done before; nothing was computed now. */
  readonly alreadyFinished: boolean;
  readonly exitCode: number;
  readonly trial: string;
  readonly report: string;
  /** Of the result stage. */
  readonly metrics: Named<MetricValue>;
};

/**
 * Runs the stages that the result needs, each once. Errors are coded; `exitCodeOfRun(error)` says how a process should end.
 * SIGINT and SIGTERM make the worker finish its step and save; a second one ends it at once.
 */
export async function runExperiment(options: RunOptions): Promise<RunResult> {
  const { mode = 'new', command = `npx dualbeat run ${options.file}`, smoke = false } = options;
  const realRoot = resolve(options.runsRoot ?? 'runs');
  const runsRoot = smoke ? smokeRoot(realRoot) : realRoot;
  let begun = false;
  const loaded = await loadExperiment(pointOf(options));
  try {
    const plan = await planRun(loaded, { smoke });
    if (smoke) removeSmokeRuns(realRoot, plan.spec.resolved.name);
    const wanted = stagesUntil(plan, options.until);
    const todo = stagesToDo(plan, wanted, runsRoot, mode);
    if (todo.length > 0) await findRuntime(loaded);
    const trial = openTrialFolder({
      root: runsRoot,
      experiment: plan.spec.resolved.name,
      name: plan.trial,
    });
    const result = last(wanted);
    const whole = result === last(plan.stages);
    if (todo.length === 0) {
      if (whole) return await resultOf(plan, runsRoot, trial, loaded, true);
      await recordTrial(loaded, plan, trial);
      return finishedResult(trial, folderOf(plan, result, runsRoot), true);
    }

    const journals = openJournals(plan, todo, { runsRoot, mode, command });
    await recordTrial(loaded, plan, trial);
    options.on?.({ kind: 'planned', plan, trial });
    begun = true;
    const status = await superviseWorker(plan, todo, journals, trial, {
      ...options,
      runsRoot,
      command,
    });
    if (status !== 'finished') {
      return {
        status: 'interrupted',
        alreadyFinished: false,
        exitCode: exitCodes[status],
        trial: trial.path,
        report: trial.report,
        metrics: {},
      };
    }
    const folder = folderOf(plan, result, runsRoot);
    if (!whole) return finishedResult(trial, folder, false);
    await writeReport(plan, { name: result.name, folder }, trial, loaded.yaml());
    return await resultOf(plan, runsRoot, trial, loaded, false);
  } catch (error) {
    throw Object.assign(error as Error, { exitCode: exitCodeOf(error, begun) });
  } finally {
    loaded.host.close();
  }
}

/** Before a folder is made. Errors: E_RUNTIME_UNKNOWN, E_RUNTIME_MISSING. */
async function findRuntime({ resolved, invalid }: LoadedExperiment): Promise<void> {
  try {
    await requireRuntime(resolved.runtime);
  } catch (error) {
    throw placed(error, invalid, 'runtime.use');
  }
}

function pointOf({ file, set = [], variant, values, seed }: RunOptions): LoadOptions {
  return {
    file,
    set,
    always: alwaysPlugins,
    ...(variant === undefined ? {} : { variant }),
    ...(values === undefined ? {} : { values }),
    ...(seed === undefined ? {} : { seed }),
  };
}

/** How a process should end that caught this error of `runExperiment`. */
export function exitCodeOfRun(error: unknown): number {
  const { exitCode } = error as { exitCode?: unknown };
  return typeof exitCode === 'number' ? exitCode : exitCodeOf(error, false);
}

/** The stage and all that it needs, in the order in which they run; without a name all. Error: E_NAME_UNKNOWN. */
function stagesUntil(plan: RunPlan, until: string | undefined): readonly PlannedStage[] {
  if (until === undefined) return plan.stages;
  const needed = new Set<string>();
  const visit = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    at(plan.needs, name, 'stage').forEach(visit);
  };
  visit(until);
  return plan.stages.filter(({ name }) => needed.has(name));
}

/** Unfinished stages; with 'restart' also the result. A finished stage that others need is never run again. */
function stagesToDo(
  plan: RunPlan,
  wanted: readonly PlannedStage[],
  runsRoot: string,
  mode: 'new' | 'resume' | 'restart',
): readonly PlannedStage[] {
  const result = last(wanted);
  return wanted.filter(
    ({ name, id }) =>
      (mode === 'restart' && name === result.name) ||
      inspectStageFolder(runsRoot, plan.spec.resolved.name, name, id) !== 'finished',
  );
}

/** Locks the folders of all stages to do: whatever is in the way shows before anything is computed. */
function openJournals(
  plan: RunPlan,
  todo: readonly PlannedStage[],
  options: { runsRoot: string; mode: 'new' | 'resume' | 'restart'; command: string },
): Named<StageJournal> {
  const { runsRoot: root, mode, command } = options;
  const { name: experiment } = plan.spec.resolved;
  const opened: { [stage: string]: StageJournal } = {};
  // Refusals first: a folder that was made for an earlier stage would look like an unfinished run.
  const inTheWay = todo.filter(
    ({ name, id }) => inspectStageFolder(root, experiment, name, id) === 'unfinished',
  );
  const order =
    mode === 'new' ? [...inTheWay, ...todo.filter((stage) => !inTheWay.includes(stage))] : todo;
  try {
    for (const { name, id } of order) {
      const folder = openStageFolder({ root, experiment, stage: name, id, mode, command });
      const { data, trial } = plan;
      const begin = { command, supervisor: process.pid, node: process.version, trial, data };
      opened[name] = openStageJournal(folder, begin);
    }
  } catch (error) {
    for (const journal of Object.values(opened)) journal.close('interrupted');
    throw error;
  }
  return opened;
}

async function recordTrial(
  loaded: LoadedExperiment,
  plan: RunPlan,
  trial: TrialFolder,
): Promise<void> {
  const ids = Object.fromEntries(plan.stages.map(({ name, id }) => [name, id]));
  await writeAtomic(trial.resolved, loaded.yaml());
  await writeAtomic(trial.origins, jsonText(loaded.origins));
  await writeAtomic(resolve(trial.path, 'stages.json'), jsonText(ids));
}

async function resultOf(
  plan: RunPlan,
  runsRoot: string,
  trial: TrialFolder,
  loaded: LoadedExperiment,
  alreadyFinished: boolean,
): Promise<RunResult> {
  const result = last(plan.stages);
  const folder = folderOf(plan, result, runsRoot);
  if (alreadyFinished) {
    // Another trial may have run the shared stages: this one has no report yet.
    await recordTrial(loaded, plan, trial);
    await writeReport(plan, { name: result.name, folder }, trial, loaded.yaml());
  }
  return finishedResult(trial, folder, alreadyFinished);
}

function finishedResult(
  { path, report }: TrialFolder,
  folder: StageFolder,
  alreadyFinished: boolean,
): RunResult {
  const { metrics } = readResult(folder);
  const exitCode = exitCodes.ok;
  return { status: 'finished', alreadyFinished, exitCode, trial: path, report, metrics };
}

function folderOf(plan: RunPlan, { name, id }: PlannedStage, root: string): StageFolder {
  return stageFolderAt({ root, experiment: plan.spec.resolved.name, stage: name, id });
}

function last(stages: readonly PlannedStage[]): PlannedStage {
  return stages[stages.length - 1] as PlannedStage; // an experiment has a result
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

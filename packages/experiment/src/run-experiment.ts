/** @file Running an experiment: plan, folders, worker, record, report. The supervisor loads no tensor library. */
import { resolve } from 'node:path';
import { at, loadExperiment } from '@dualbeat/core';
import type { LoadedExperiment, MetricValue, Named } from '@dualbeat/core';
import {
  inspectStageFolder,
  openStageFolder,
  openTrialFolder,
  stageFolderAt,
  writeAtomic,
} from '@dualbeat/runs';
import type { StageFolder, StageStatus, TrialFolder } from '@dualbeat/runs';
import { toldError } from './errors.ts';
import type { FromWorker } from './messages.ts';
import { planRun } from './plan.ts';
import type { PlannedStage, RunPlan } from './plan.ts';
import { exitCodeOf, exitCodes } from './supervisor/exit-code.ts';
import { listenToSignals } from './supervisor/signals.ts';
import { openStageJournal } from './supervisor/stage-journal.ts';
import type { StageJournal } from './supervisor/stage-journal.ts';
import { defaultLimits, startWorker } from './supervisor/worker-process.ts';
import type { WatchLimits } from './supervisor/worker-process.ts';
import { readResult, writeReport } from './supervisor/write-report.ts';

/** Loaded unnamed. */
export const alwaysPlugins: readonly string[] = ['@dualbeat/standard'];

export type RunOptions = {
  /** The experiment file. */
  readonly file: string;
  /** 'path=value', as `--set`. */
  readonly set?: readonly string[];
  /** 'new' refuses a folder with an unfinished run; 'restart' keeps it aside and starts anew. */
  readonly mode?: 'new' | 'resume' | 'restart';
  /** Where run folders are made; 'runs' in the working folder. */
  readonly runsRoot?: string;
  readonly eager?: boolean;
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
  const { file, mode = 'new', command = `npx dualbeat run ${options.file}` } = options;
  const runsRoot = resolve(options.runsRoot ?? 'runs');
  let begun = false;
  const loaded = await loadExperiment({ file, set: options.set ?? [], always: alwaysPlugins });
  try {
    const plan = await planRun(loaded);
    const todo = stagesToDo(plan, runsRoot, mode);
    const trial = openTrialFolder({
      root: runsRoot,
      experiment: plan.spec.resolved.name,
      name: plan.trial,
    });
    const result = last(plan.stages);
    if (todo.length === 0) return await resultOf(plan, runsRoot, trial, loaded, true);

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
    await writeReport(plan, { name: result.name, folder }, trial, loaded.yaml());
    return await resultOf(plan, runsRoot, trial, loaded, false);
  } catch (error) {
    throw Object.assign(error as Error, { exitCode: exitCodeOf(error, begun) });
  } finally {
    loaded.host.close();
  }
}

/** How a process should end that caught this error of `runExperiment`. */
export function exitCodeOfRun(error: unknown): number {
  const { exitCode } = error as { exitCode?: unknown };
  return typeof exitCode === 'number' ? exitCode : exitCodeOf(error, false);
}

/** Unfinished stages; with 'restart' also the result. A finished stage that others need is never run again. */
function stagesToDo(
  plan: RunPlan,
  runsRoot: string,
  mode: 'new' | 'resume' | 'restart',
): readonly PlannedStage[] {
  const result = last(plan.stages);
  return plan.stages.filter(
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
      const begin = { command, supervisor: process.pid, node: process.version, trial: plan.trial };
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

/** Starts the worker and hears it to its end; the journals say how it ended. */
async function superviseWorker(
  plan: RunPlan,
  todo: readonly PlannedStage[],
  journals: Named<StageJournal>,
  trial: TrialFolder,
  options: RunOptions & { readonly runsRoot: string; readonly command: string },
): Promise<'finished' | 'SIGINT' | 'SIGTERM'> {
  const log = resolve(trial.path, 'worker.log');
  const worker = startWorker({
    job: {
      spec: plan.spec,
      stages: todo.map(({ name, id }) => ({ name, id })),
      ids: Object.fromEntries(plan.stages.map(({ name, id }) => [name, id])),
      runsRoot: options.runsRoot,
      eager: options.eager ?? false,
    },
    log,
    command: options.command,
    limits: { ...defaultLimits, ...options.limits },
    onMessage: (message) => {
      const stage = stageOfMessage(message);
      if (stage !== null) at(journals, stage).hear(message);
      if (message.kind === 'stage-finished') at(journals, message.stage).close('finished');
      options.on?.(message);
    },
  });
  for (const { name } of todo) at(journals, name).note('worker', { pid: worker.pid });
  const closeAll = (status: StageStatus, why: Named<unknown>): void => {
    for (const { name } of todo) {
      const journal = at(journals, name);
      if (journal.folder.readStage().status === 'finished') continue;
      journal.note(status, why);
      journal.close(status);
    }
  };
  const signals = listenToSignals({
    first: () => worker.stop(),
    second: (signal) => {
      worker.kill();
      closeAll('interrupted', { signal, saved: false });
      process.exit(exitCodes[signal]);
    },
  });
  try {
    const message = await worker.ended;
    if (message.kind === 'failed') throw toldError(message.error, log);
    if (message.kind === 'done') return 'finished';
    const signal = signals.heard() ?? 'SIGTERM';
    closeAll('interrupted', { signal, saved: true });
    return signal;
  } catch (error) {
    const { code = 'E_INTERNAL', message } = error as { code?: string; message: string };
    closeAll('failed', { code, message });
    throw error;
  } finally {
    signals.close();
  }
}

function stageOfMessage(message: FromWorker): string | null {
  if (message.kind === 'train') return message.event.stage;
  return 'stage' in message ? message.stage : null;
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
  const { metrics } = readResult(folder);
  const { path, report } = trial;
  return {
    status: 'finished',
    alreadyFinished,
    exitCode: exitCodes.ok,
    trial: path,
    report,
    metrics,
  };
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

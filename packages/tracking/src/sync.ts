/** @file All runs of a root to one MLflow server: what is new of each, in an order in which parents come first. */
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isCoded } from '@dualbeat/core';
import type { Named } from '@dualbeat/core';
import type { DatasetInput, KeyValue, MlflowClient, RunStatus } from '@dualbeat/mlflow-js';
import { acquireLock, readJournal } from '@dualbeat/runs';
import type { JournalEntry } from '@dualbeat/runs';
import { parse } from 'yaml';
import { cursorFile, readCursors, writeCursors } from './cursor.ts';
import type { Cursors, RunCursor } from './cursor.ts';
import { noRuns, trackerBusy } from './errors.ts';
import { paramsOf } from './params.ts';
import { objectIn, readRunTree } from './run-tree.ts';
import type { ExperimentEntry, StageEntry, TrialEntry } from './run-tree.ts';
import { filesBelow, sendRun } from './send-run.ts';
import type { RunToSend } from './send-run.ts';

export type SyncOptions = {
  readonly client: MlflowClient;
  readonly runsRoot: string;
  /** Only this experiment. */
  readonly experiment?: string;
  readonly on?: (sent: {
    readonly experiment: string;
    readonly run: string;
    readonly kind: string;
  }) => void;
};
export type SyncResult = {
  readonly experiments: number;
  readonly runs: number;
  readonly active: number;
};

/**
 * Sends what the server does not have. Safe to repeat and to kill at any moment: a cursor is written after the server's answer, and
 * what is sent twice is stored once. Errors: E_TRACKING_NO_RUNS, E_TRACKING_BUSY, those of the client.
 */
export async function syncRuns(options: SyncOptions): Promise<SyncResult> {
  const { client, runsRoot, experiment } = options;
  if (!existsSync(runsRoot)) throw noRuns(runsRoot);
  const tree = readRunTree(runsRoot).filter(
    ({ name }) => experiment === undefined || name === experiment,
  );
  let runs = 0;
  let active = 0;
  for (const entry of tree) {
    const folder = join(entry.path, 'tracking');
    mkdirSync(folder, { recursive: true });
    const lock = lockOf(folder, entry.name);
    try {
      const sent = await syncExperiment(client, entry, options);
      runs += sent.runs;
      active += sent.active;
    } finally {
      lock.release();
    }
  }
  return { experiments: tree.length, runs, active };
}

function lockOf(folder: string, experiment: string): { release(): void } {
  try {
    return acquireLock(folder);
  } catch (error) {
    if (isCoded(error) && error.code === 'E_RUN_LOCKED') throw trackerBusy(experiment, error);
    throw error;
  }
}

async function syncExperiment(
  client: MlflowClient,
  entry: ExperimentEntry,
  options: SyncOptions,
): Promise<{ runs: number; active: number }> {
  const file = cursorFile(entry.path, client.uri);
  let cursors: Cursors = readCursors(file) ?? {
    experimentId: (await client.ensureExperiment(entry.name)).id,
    runs: {},
  };
  const { experimentId } = cursors;
  let active = 0;

  const send = async (run: RunToSend): Promise<string> => {
    const keep = (cursor: RunCursor): void => {
      cursors = { experimentId, runs: { ...cursors.runs, [run.key]: cursor } };
      writeCursors(file, cursors);
    };
    const { runId } = await sendRun(client, experimentId, run, cursors.runs[run.key], keep);
    if (run.status === 'RUNNING') active += 1;
    options.on?.({ experiment: entry.name, run: run.name, kind: run.kind });
    return runId;
  };

  const sweepIds: { [sweep: string]: string } = {};
  for (const sweep of entry.sweeps) {
    const trials = entry.trials.filter((trial) => trial.sweep === sweep.id);
    const states = trials.map((trial) => trialStatus(trial, entry.stages));
    const startTime = statSync(sweep.path).birthtimeMs;
    sweepIds[sweep.id] = await send({
      ...bare(`sweep/${sweep.id}`, 'sweep', sweep.id, Math.round(startTime)),
      status: together(states),
      tags: { 'dualbeat.trials': String(sweep.trials.length) },
      files: filesBelow(sweep.path, '', (name) => /\.(html|csv|svg)$/.test(name)),
    });
  }
  const trialIds: { [trial: string]: string } = {};
  const stageRuns: { [id: string]: string } = {};
  for (const trial of entry.trials) {
    const parentId = trial.sweep === null ? null : (sweepIds[trial.sweep] ?? null);
    trialIds[trial.name] = await send(trialRun(trial, entry.stages, parentId, {}));
  }
  for (const stage of entry.stages) {
    const { entries } = readJournal(join(stage.path, 'journal.jsonl'));
    const begin = entries.find(({ type }) => type === 'run');
    const trial = entry.trials.find(({ name }) => name === begin?.['trial']);
    const parent = trial?.sweep ? sweepIds[trial.sweep] : trialIds[trial?.name ?? ''];
    stageRuns[stage.id] = await send(stageRun(stage, begin, parent ?? null));
  }
  // A trial links its stages, which may be another trial's: known only now.
  for (const trial of entry.trials) {
    const links = Object.entries(trial.stages).flatMap(([name, id]) =>
      stageRuns[id] === undefined ? [] : [[`dualbeat.stage.${name}`, stageRuns[id]] as const],
    );
    const parentId = trial.sweep === null ? null : (sweepIds[trial.sweep] ?? null);
    await send(trialRun(trial, entry.stages, parentId, Object.fromEntries(links)));
  }
  return { runs: Object.keys(cursors.runs).length, active };
}

function bare(key: string, kind: RunToSend['kind'], name: string, startTime: number): RunToSend {
  return {
    key,
    kind,
    name,
    parentId: null,
    startTime,
    endTime: null,
    status: 'RUNNING',
    tags: {},
    params: {},
    journal: null,
    datasets: [],
    files: {},
  };
}

function trialRun(
  trial: TrialEntry,
  stages: readonly StageEntry[],
  parentId: string | null,
  links: KeyValue,
): RunToSend {
  const own = Object.entries(trial.stages).flatMap(([name, id]) =>
    stages.filter((stage) => stage.name === name && stage.id === id),
  );
  const times = own.map(({ created }) => Date.parse(created)).filter(Number.isFinite);
  const ends = own.map(({ finished }) => Date.parse(finished ?? '')).filter(Number.isFinite);
  const files = ['resolved.yaml', 'origins.json', 'report.html'];
  const result = own.at(-1);
  const resolved = resolvedOf(trial);
  return {
    ...bare(
      `trial/${trial.name}`,
      'trial',
      trial.name,
      times.length === 0 ? statSync(trial.path).mtimeMs : Math.min(...times),
    ),
    parentId,
    endTime: ends.length === 0 ? null : Math.max(...ends),
    status: trialStatus(trial, stages),
    tags: {
      'dualbeat.trial': trial.name,
      'dualbeat.stages': Object.keys(trial.stages).join(', '),
      ...links,
    },
    params: paramsOf(resolved),
    journal: result === undefined ? null : join(result.path, 'journal.jsonl'),
    files: filesBelow(trial.path, '', (name) => files.includes(name)),
  };
}

function stageRun(
  stage: StageEntry,
  begin: JournalEntry | undefined,
  parentId: string | null,
): RunToSend {
  return {
    ...bare(
      `stage/${stage.id}/${stage.created}`,
      'stage',
      `${stage.name}-${stage.id}`,
      Date.parse(stage.created),
    ),
    parentId,
    endTime: stage.finished === null ? null : Date.parse(stage.finished),
    status: statusOf(stage.status),
    tags: {
      'dualbeat.stage': stage.name,
      'dualbeat.stage-id': stage.id,
      ...(typeof begin?.['command'] === 'string' ? { 'dualbeat.command': begin['command'] } : {}),
    },
    journal: join(stage.path, 'journal.jsonl'),
    datasets: datasetsOf(begin),
    files: filesBelow(join(stage.path, 'figures'), 'figures/'),
  };
}

/** The journal's first entry says what the cohort was. */
function datasetsOf(begin: JournalEntry | undefined): DatasetInput[] {
  const data = begin?.['data'] as
    { cohort?: unknown; digest?: unknown; rows?: unknown } | undefined;
  if (typeof data?.cohort !== 'string' || typeof data.digest !== 'string') return [];
  const profile = JSON.stringify({ rows: data.rows ?? null, digest: data.digest });
  const { cohort: name, digest } = data;
  const source = JSON.stringify({ cohort: name });
  return [{ name, digest, sourceType: 'dualbeat', source, profile, context: 'training' }];
}

function resolvedOf(trial: TrialEntry): Named<unknown> {
  try {
    return parse(readFileSync(join(trial.path, 'resolved.yaml'), 'utf8')) as Named<unknown>;
  } catch {
    return objectIn(join(trial.path, 'resolved.json')) ?? {};
  }
}

function trialStatus(trial: TrialEntry, stages: readonly StageEntry[]): RunStatus {
  const own = Object.entries(trial.stages).map(([name, id]) =>
    stages.find((stage) => stage.name === name && stage.id === id),
  );
  return together(own.map((stage) => (stage === undefined ? 'SCHEDULED' : statusOf(stage.status))));
}

function together(states: readonly RunStatus[]): RunStatus {
  if (states.includes('FAILED')) return 'FAILED';
  if (states.includes('KILLED')) return 'KILLED';
  return states.length > 0 && states.every((state) => state === 'FINISHED')
    ? 'FINISHED'
    : 'RUNNING';
}

function statusOf(status: string): RunStatus {
  if (status === 'finished') return 'FINISHED';
  if (status === 'failed') return 'FAILED';
  return status === 'interrupted' ? 'KILLED' : 'RUNNING';
}

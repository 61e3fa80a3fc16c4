/** @file One run on the server, found or made once, and what is new of it: metrics, tags, params, artifacts, state. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MlflowError, safeName } from '@dualbeat/mlflow-js';
import type { DatasetInput, KeyValue, MlflowClient, RunStatus } from '@dualbeat/mlflow-js';
import { readJournal } from '@dualbeat/runs';
import type { RunCursor } from './cursor.ts';
import { translate } from './journal-metrics.ts';

/** What a run is to become on the server. */
export type RunToSend = {
  /** Tells this run from all others for ever: 'stage/<id>/<created>'. */
  readonly key: string;
  readonly kind: 'sweep' | 'trial' | 'stage';
  readonly name: string;
  readonly parentId: string | null;
  readonly startTime: number;
  readonly endTime: number | null;
  readonly status: RunStatus;
  readonly tags: KeyValue;
  readonly params: KeyValue;
  readonly journal: string | null;
  readonly datasets: readonly DatasetInput[];
  /** Artifact path to file. */
  readonly files: { readonly [path: string]: string };
};

const keyTag = 'dualbeat.key';

/**
 * Sends what the cursor does not have yet and gives the next cursor. Whatever is sent twice (after a kill between the server's
 * answer and the cursor) is stored once: metrics and params by value, artifacts by path, the run by its key.
 */
export async function sendRun(
  client: MlflowClient,
  experimentId: string,
  run: RunToSend,
  before: RunCursor | undefined,
  keep: (cursor: RunCursor) => void,
): Promise<RunCursor> {
  let cursor = before ?? (await findOrCreate(client, experimentId, run));
  if (before === undefined) keep(cursor);
  if (before === undefined || before.status === '') {
    await sendParams(client, cursor.runId, run.params);
    if (run.datasets.length > 0) await client.logInputs(cursor.runId, run.datasets);
  }
  cursor = await sendJournal(client, run, cursor);
  keep(cursor);
  await client.logBatch(cursor.runId, { tags: run.tags });
  for (const [path, file] of Object.entries(run.files)) {
    const { size, mtimeMs } = statSync(file);
    const state = `${size}-${mtimeMs}`;
    if (cursor.artifacts[path] === state) continue;
    const { artifactUri } = await client.getRun(cursor.runId);
    await client.uploadArtifact(artifactUri, path, { file });
    cursor = { ...cursor, artifacts: { ...cursor.artifacts, [path]: state } };
    keep(cursor);
  }
  if (cursor.status !== run.status) {
    const endTime = run.status === 'RUNNING' ? {} : { endTime: run.endTime ?? run.startTime };
    await client.updateRun(cursor.runId, { status: run.status, ...endTime });
    cursor = { ...cursor, status: run.status };
    keep(cursor);
  }
  return cursor;
}

async function findOrCreate(
  client: MlflowClient,
  experimentId: string,
  run: RunToSend,
): Promise<RunCursor> {
  const fresh = { offset: 0, step: 0, nonFinite: 0, artifacts: {}, status: '' };
  const filter = `tags.\`${keyTag}\` = '${run.key.replaceAll("'", '')}'`;
  for await (const found of client.searchRuns({ experimentIds: [experimentId], filter })) {
    return { runId: found.id, ...fresh };
  }
  const made = await client.createRun({
    experimentId,
    name: run.name,
    startTime: run.startTime,
    ...(run.parentId === null ? {} : { parentId: run.parentId }),
    tags: { [keyTag]: run.key, 'dualbeat.kind': run.kind, 'mlflow.source.name': 'dualbeat' },
  });
  return { runId: made.id, ...fresh };
}

/** The server refuses a param that is there with another value: that is told as a tag and stops nothing. */
async function sendParams(client: MlflowClient, runId: string, params: KeyValue): Promise<void> {
  try {
    await client.logBatch(runId, { params });
  } catch (error) {
    const drift = error instanceof MlflowError && error.serverCode === 'INVALID_PARAMETER_VALUE';
    if (!drift) throw error;
    await client.logBatch(runId, { tags: { param_drift: error.message.slice(0, 1000) } });
  }
}

async function sendJournal(
  client: MlflowClient,
  run: RunToSend,
  cursor: RunCursor,
): Promise<RunCursor> {
  if (run.journal === null || !existsSync(run.journal)) return cursor;
  const { entries, end } = readJournal(run.journal, { from: cursor.offset });
  if (entries.length === 0) return { ...cursor, offset: end };
  const { metrics, tags, nonFinite, step } = translate(entries, cursor);
  await client.logBatch(cursor.runId, { metrics, tags });
  return { ...cursor, offset: end, nonFinite, step };
}

/** Files below a folder, by artifact path; names that the server would refuse are made safe. */
export function filesBelow(
  folder: string,
  prefix: string,
  wanted: (name: string) => boolean = () => true,
): { readonly [path: string]: string } {
  if (!existsSync(folder)) return {};
  const files = readdirSync(folder, { withFileTypes: true }).filter(
    (entry) => entry.isFile() && wanted(entry.name) && !entry.name.includes('.tmp'),
  );
  return Object.fromEntries(
    files.map(({ name }) => [safeName(`${prefix}${name}`), join(folder, name)]),
  );
}

/** @file Runs: make, log in batches that the server takes, end, search, history. */
import { keyValues, pairs } from './experiments.ts';
import { checkKey, fitted, limits } from './names.ts';
import { readMetric, wireMetric } from './numbers.ts';
import { field, isObject, isText, listOf } from './request.ts';
import type { Requester } from './request.ts';
import type { DatasetInput, KeyValue, Metric, Run, RunStatus } from './types.ts';

const root = 'api/2.0/mlflow/runs';

export async function createRun(
  to: Requester,
  of: {
    readonly experimentId: string;
    readonly name: string;
    readonly startTime: number;
    readonly tags?: KeyValue;
    /** Shown nested below this run. */
    readonly parentId?: string;
  },
): Promise<Run> {
  const parent = of.parentId === undefined ? {} : { 'mlflow.parentRunId': of.parentId };
  const body = {
    experiment_id: of.experimentId,
    run_name: of.name,
    start_time: of.startTime,
    tags: pairs(fittedTags({ ...of.tags, ...parent })),
  };
  const answer = await to.json('POST', `${root}/create`, { body });
  return runOf(field('runs/create', answer, 'run', isObject));
}

export async function getRun(to: Requester, runId: string): Promise<Run> {
  const answer = await to.json('GET', `${root}/get`, { query: { run_id: runId } });
  return runOf(field('runs/get', answer, 'run', isObject));
}

export async function updateRun(
  to: Requester,
  runId: string,
  of: { readonly status?: RunStatus; readonly endTime?: number; readonly name?: string },
): Promise<void> {
  const body = { run_id: runId, status: of.status, end_time: of.endTime, run_name: of.name };
  await to.json('POST', `${root}/update`, { body });
}

export async function deleteRun(to: Requester, runId: string): Promise<void> {
  await to.json('POST', `${root}/delete`, { body: { run_id: runId } });
}

export type Logged = {
  readonly metrics?: readonly Metric[];
  readonly params?: KeyValue;
  readonly tags?: KeyValue;
};

/**
 * Any number of values, in as many calls as the server's limits need. Metrics that were sent before are stored once: the server
 * knows them by key, step, time and value. Params cannot change. Error: E_MLFLOW_NAME before anything is sent.
 */
export async function logBatch(to: Requester, runId: string, logged: Logged): Promise<void> {
  const { metrics = [], params = {}, tags = {} } = logged;
  for (const { key } of metrics) checkKey('The metric', key);
  for (const key of Object.keys(params)) checkKey('The param', key);
  for (const key of Object.keys(tags)) checkKey('The tag', key);
  const parts = [
    ...chunks(metrics.map(wireOf), limits.metricsPerBatch).map((some) => ({ metrics: some })),
    ...chunks(pairs(fittedValues(params, limits.paramLength)), limits.paramsPerBatch).map(
      (some) => ({ params: some }),
    ),
    ...chunks(pairs(fittedTags(tags)), limits.tagsPerBatch).map((some) => ({ tags: some })),
  ];
  for (const part of parts) {
    await to.json('POST', `${root}/log-batch`, { body: { run_id: runId, ...part } });
  }
}

export async function logInputs(
  to: Requester,
  runId: string,
  datasets: readonly DatasetInput[],
): Promise<void> {
  const body = {
    run_id: runId,
    datasets: datasets.map(({ context, digest, sourceType, ...dataset }) => ({
      dataset: {
        ...dataset,
        digest: digest.slice(0, limits.digestLength),
        source_type: sourceType,
      },
      tags: context === undefined ? [] : [{ key: 'mlflow.data.context', value: context }],
    })),
  };
  await to.json('POST', `${root}/log-inputs`, { body });
}

/** Says which logged models a run made. */
export async function logOutputs(
  to: Requester,
  runId: string,
  models: readonly { readonly modelId: string; readonly step: number }[],
): Promise<void> {
  const body = {
    run_id: runId,
    models: models.map(({ modelId, step }) => ({ model_id: modelId, step })),
  };
  await to.json('POST', `${root}/outputs`, { body });
}

/** All pages. */
export async function* searchRuns(
  to: Requester,
  of: {
    readonly experimentIds: readonly string[];
    readonly filter?: string;
    readonly orderBy?: readonly string[];
    readonly pageSize?: number;
  },
): AsyncGenerator<Run> {
  let token: string | undefined;
  do {
    const body = {
      experiment_ids: of.experimentIds,
      filter: of.filter,
      order_by: of.orderBy,
      max_results: of.pageSize ?? 100,
      page_token: token,
    };
    const answer = await to.json('POST', `${root}/search`, { body });
    for (const run of listOf(answer['runs'])) yield runOf(run);
    token = isText(answer['next_page_token']) ? answer['next_page_token'] : undefined;
  } while (token !== undefined && token !== '');
}

/** All values of one metric, oldest first as the server gives them; all pages. */
export async function metricHistory(
  to: Requester,
  runId: string,
  key: string,
): Promise<
  readonly { readonly step: number; readonly value: number; readonly timestamp: number }[]
> {
  const values = [];
  let token: string | undefined;
  do {
    const query = { run_id: runId, metric_key: key, max_results: 25_000, page_token: token };
    const answer = await to.json('GET', 'api/2.0/mlflow/metrics/get-history', { query });
    for (const one of listOf(answer['metrics'])) {
      if (!isObject(one)) continue;
      const { step = 0, value, timestamp } = one;
      values.push({
        step: Number(step),
        value: readMetric(value),
        timestamp: Number(timestamp),
      });
    }
    token = isText(answer['next_page_token']) ? answer['next_page_token'] : undefined;
  } while (token !== undefined && token !== '');
  return values;
}

export function runOf(from: unknown): Run {
  const info = field('run', from, 'info', isObject);
  const data = (from as { data?: { params?: unknown; tags?: unknown; metrics?: unknown } }).data;
  const time = (value: unknown): number | null => (value === undefined ? null : Number(value));
  return {
    id: field('run', info, 'run_id', isText),
    name: isText(info['run_name']) ? info['run_name'] : '',
    experimentId: field('run', info, 'experiment_id', isText),
    status: field('run', info, 'status', isText) as RunStatus,
    startTime: time(info['start_time']),
    endTime: time(info['end_time']),
    artifactUri: field('run', info, 'artifact_uri', isText),
    lifecycleStage: isText(info['lifecycle_stage']) ? info['lifecycle_stage'] : 'active',
    params: keyValues(data?.params),
    tags: keyValues(data?.tags),
    metrics: Object.fromEntries(
      listOf(data?.metrics).flatMap((one) =>
        isObject(one) && isText(one['key']) ? [[one['key'], readMetric(one['value'])]] : [],
      ),
    ),
  };
}

function wireOf({ modelId, dataset, value, step = 0, ...metric }: Metric): object {
  return {
    ...metric,
    value: wireMetric(value),
    step,
    ...(modelId === undefined ? {} : { model_id: modelId }),
    ...(dataset === undefined
      ? {}
      : {
          dataset_name: dataset.name,
          dataset_digest: dataset.digest.slice(0, limits.digestLength),
        }),
  };
}

function fittedTags(tags: KeyValue): KeyValue {
  return fittedValues(tags, limits.tagLength);
}

function fittedValues(values: KeyValue, length: number): KeyValue {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, fitted(value, length)]),
  );
}

/** Pieces of at most `size` items and of at most the bytes that one request may have. */
function chunks<T>(items: readonly T[], size: number): T[][] {
  const all: T[][] = [];
  let now: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const more = Buffer.byteLength(JSON.stringify(item)) + 1;
    if (now.length === size || (now.length > 0 && bytes + more > limits.bytesPerRequest - 1000)) {
      all.push(now);
      now = [];
      bytes = 0;
    }
    now.push(item);
    bytes += more;
  }
  if (now.length > 0) all.push(now);
  return all;
}

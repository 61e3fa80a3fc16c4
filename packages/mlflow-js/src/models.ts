/** @file Logged models and the registry: create, finish, register, alias, search. */
import { MlflowError } from './errors.ts';
import { pairs } from './experiments.ts';
import { field, isObject, isText, listOf } from './request.ts';
import type { Requester } from './request.ts';
import type { KeyValue, LoggedModel, ModelVersion } from './types.ts';

const models = 'api/2.0/mlflow/logged-models';

export async function createLoggedModel(
  to: Requester,
  of: {
    readonly experimentId: string;
    readonly name: string;
    readonly type?: string;
    readonly sourceRunId?: string;
    readonly params?: KeyValue;
    readonly tags?: KeyValue;
  },
): Promise<LoggedModel> {
  const body = {
    experiment_id: of.experimentId,
    name: of.name,
    model_type: of.type,
    source_run_id: of.sourceRunId,
    params: pairs(of.params),
    tags: pairs(of.tags),
  };
  const answer = await to.json('POST', models, { body });
  return modelOf(field('logged-models', answer, 'model', isObject));
}

export async function finishLoggedModel(
  to: Requester,
  modelId: string,
  status: 'LOGGED_MODEL_READY' | 'LOGGED_MODEL_UPLOAD_FAILED' = 'LOGGED_MODEL_READY',
): Promise<LoggedModel> {
  const path = `${models}/${encodeURIComponent(modelId)}`;
  const answer = await to.json('PATCH', path, { body: { model_id: modelId, status } });
  return modelOf(field('logged-models', answer, 'model', isObject));
}

/** All pages. */
export async function* searchLoggedModels(
  to: Requester,
  of: { readonly experimentIds: readonly string[]; readonly filter?: string },
): AsyncGenerator<LoggedModel> {
  let token: string | undefined;
  do {
    const body = {
      experiment_ids: of.experimentIds,
      filter: of.filter,
      max_results: 50,
      page_token: token,
    };
    const answer = await to.json('POST', `${models}/search`, { body });
    for (const one of listOf(answer['models'])) yield modelOf(one);
    token = isText(answer['next_page_token']) ? answer['next_page_token'] : undefined;
  } while (token !== undefined && token !== '');
}

/** Makes the name where it is missing. */
export async function ensureRegisteredModel(
  to: Requester,
  name: string,
  of: { readonly tags?: KeyValue; readonly description?: string } = {},
): Promise<void> {
  const body = { name, tags: pairs(of.tags), description: of.description };
  try {
    await to.json('POST', 'api/2.0/mlflow/registered-models/create', { body });
  } catch (error) {
    const known = error instanceof MlflowError && error.serverCode === 'RESOURCE_ALREADY_EXISTS';
    if (!known) throw error;
  }
}

/** `source`: 'models:/m-...' of a logged model, or an artifact URI. */
export async function createModelVersion(
  to: Requester,
  of: {
    readonly name: string;
    readonly source: string;
    readonly runId?: string;
    readonly modelId?: string;
    readonly tags?: KeyValue;
    readonly description?: string;
  },
): Promise<ModelVersion> {
  const body = {
    name: of.name,
    source: of.source,
    run_id: of.runId,
    model_id: of.modelId,
    tags: pairs(of.tags),
    description: of.description,
  };
  const answer = await to.json('POST', 'api/2.0/mlflow/model-versions/create', { body });
  return versionOf(field('model-versions/create', answer, 'model_version', isObject));
}

export async function setAlias(
  to: Requester,
  of: { readonly name: string; readonly alias: string; readonly version: string },
): Promise<void> {
  await to.json('POST', 'api/2.0/mlflow/registered-models/alias', { body: of });
}

export async function versionByAlias(
  to: Requester,
  name: string,
  alias: string,
): Promise<ModelVersion> {
  const query = { name, alias };
  const answer = await to.json('GET', 'api/2.0/mlflow/registered-models/alias', { query });
  return versionOf(field('registered-models/alias', answer, 'model_version', isObject));
}

/** All pages, newest first. */
export async function* searchModelVersions(
  to: Requester,
  filter: string,
): AsyncGenerator<ModelVersion> {
  let token: string | undefined;
  do {
    const query = { filter, max_results: 100, page_token: token };
    const answer = await to.json('GET', 'api/2.0/mlflow/model-versions/search', { query });
    for (const one of listOf(answer['model_versions'])) yield versionOf(one);
    token = isText(answer['next_page_token']) ? answer['next_page_token'] : undefined;
  } while (token !== undefined && token !== '');
}

function modelOf(from: unknown): LoggedModel {
  const info = field('logged model', from, 'info', isObject);
  return {
    id: field('logged model', info, 'model_id', isText),
    name: field('logged model', info, 'name', isText),
    artifactUri: field('logged model', info, 'artifact_uri', isText),
    status: String(info['status']),
    experimentId: field('logged model', info, 'experiment_id', isText),
  };
}

function versionOf(from: unknown): ModelVersion {
  return {
    name: field('model version', from, 'name', isText),
    version: String((from as { version?: unknown }).version),
    status: textIn(from, 'status'),
    source: textIn(from, 'source'),
  };
}

function textIn(from: unknown, name: string): string {
  const value = isObject(from) ? from[name] : undefined;
  return isText(value) ? value : '';
}

/** @file Experiments: find, make, search, tag. */
import { MlflowError } from './errors.ts';
import { limits } from './names.ts';
import { field, isObject, isText, listOf } from './request.ts';
import type { Requester } from './request.ts';
import type { Experiment, KeyValue } from './types.ts';

const root = 'api/2.0/mlflow/experiments';

export async function createExperiment(
  to: Requester,
  name: string,
  of: { readonly tags?: KeyValue; readonly artifactLocation?: string } = {},
): Promise<string> {
  const body = {
    name: name.slice(0, limits.nameLength),
    artifact_location: of.artifactLocation,
    tags: pairs(of.tags),
  };
  const answer = await to.json('POST', `${root}/create`, { body });
  return field('experiments/create', answer, 'experiment_id', isText);
}

/** null where there is none. */
export async function experimentByName(to: Requester, name: string): Promise<Experiment | null> {
  try {
    const answer = await to.json('GET', `${root}/get-by-name`, {
      query: { experiment_name: name.slice(0, limits.nameLength) },
    });
    return experimentOf(field('experiments/get-by-name', answer, 'experiment', isObject));
  } catch (error) {
    if (error instanceof MlflowError && error.serverCode === 'RESOURCE_DOES_NOT_EXIST') return null;
    throw error;
  }
}

/** The experiment of that name, made where it is missing, also if another process makes it at the same time. */
export async function ensureExperiment(
  to: Requester,
  name: string,
  tags?: KeyValue,
): Promise<Experiment> {
  const found = await experimentByName(to, name);
  if (found !== null) return found;
  try {
    await createExperiment(to, name, tags === undefined ? {} : { tags });
  } catch (error) {
    const raced = error instanceof MlflowError && error.serverCode === 'RESOURCE_ALREADY_EXISTS';
    if (!raced) throw error;
  }
  const made = await experimentByName(to, name);
  if (made !== null) return made;
  throw new MlflowError({
    code: 'E_MLFLOW_ANSWER',
    cause: `The experiment ${JSON.stringify(name)} was made and is not found.`,
    fix: 'try again; it may have been deleted at the same time.',
    retryable: true,
  });
}

export async function setExperimentTag(
  to: Requester,
  experimentId: string,
  key: string,
  value: string,
): Promise<void> {
  const body = { experiment_id: experimentId, key, value: value.slice(0, limits.tagLength) };
  await to.json('POST', `${root}/set-experiment-tag`, { body });
}

/** All pages. */
export async function* searchExperiments(
  to: Requester,
  of: { readonly filter?: string; readonly pageSize?: number } = {},
): AsyncGenerator<Experiment> {
  let token: string | undefined;
  do {
    const body = { filter: of.filter, max_results: of.pageSize ?? 100, page_token: token };
    const answer = await to.json('POST', `${root}/search`, { body });
    for (const one of listOf(answer['experiments'])) yield experimentOf(one);
    token = isText(answer['next_page_token']) ? answer['next_page_token'] : undefined;
  } while (token !== undefined && token !== '');
}

export function experimentOf(from: unknown): Experiment {
  const call = 'experiment';
  return {
    id: field(call, from, 'experiment_id', isText),
    name: field(call, from, 'name', isText),
    artifactLocation: field(call, from, 'artifact_location', isText),
    lifecycleStage: field(call, from, 'lifecycle_stage', isText),
    tags: keyValues((from as { tags?: unknown }).tags),
  };
}

export function pairs(values: KeyValue = {}): { key: string; value: string }[] {
  return Object.entries(values).map(([key, value]) => ({ key, value }));
}

export function keyValues(from: unknown): KeyValue {
  return Object.fromEntries(
    listOf(from).flatMap((one) =>
      isObject(one) && isText(one['key'])
        ? [[one['key'], isText(one['value']) ? one['value'] : '']]
        : [],
    ),
  );
}

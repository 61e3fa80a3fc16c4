/** @file The client: every call bound to one server. */
import * as artifacts from './artifacts.ts';
import { MlflowError } from './errors.ts';
import * as experiments from './experiments.ts';
import * as models from './models.ts';
import { requester } from './request.ts';
import type { MlflowOptions, Requester } from './request.ts';
import * as runs from './runs.ts';

/** A function of a server and more, without the server. */
type Bound<F> = F extends (to: Requester, ...rest: infer A) => infer R ? (...rest: A) => R : never;

function bind<A extends readonly unknown[], R>(
  to: Requester,
  call: (to: Requester, ...rest: A) => R,
): (...rest: A) => R {
  return (...rest) => call(to, ...rest);
}

export interface MlflowClient {
  /** The server's address, without credentials. */
  readonly uri: string;
  /** The server's version; null where it does not answer as one. */
  version(): Promise<string | null>;
  readonly createExperiment: Bound<typeof experiments.createExperiment>;
  readonly experimentByName: Bound<typeof experiments.experimentByName>;
  readonly ensureExperiment: Bound<typeof experiments.ensureExperiment>;
  readonly setExperimentTag: Bound<typeof experiments.setExperimentTag>;
  readonly searchExperiments: Bound<typeof experiments.searchExperiments>;
  readonly createRun: Bound<typeof runs.createRun>;
  readonly getRun: Bound<typeof runs.getRun>;
  readonly updateRun: Bound<typeof runs.updateRun>;
  readonly deleteRun: Bound<typeof runs.deleteRun>;
  readonly logBatch: Bound<typeof runs.logBatch>;
  readonly logInputs: Bound<typeof runs.logInputs>;
  readonly logOutputs: Bound<typeof runs.logOutputs>;
  readonly searchRuns: Bound<typeof runs.searchRuns>;
  readonly metricHistory: Bound<typeof runs.metricHistory>;
  readonly uploadArtifact: Bound<typeof artifacts.uploadArtifact>;
  readonly downloadArtifact: Bound<typeof artifacts.downloadArtifact>;
  readonly listArtifacts: Bound<typeof artifacts.listArtifacts>;
  readonly createLoggedModel: Bound<typeof models.createLoggedModel>;
  readonly finishLoggedModel: Bound<typeof models.finishLoggedModel>;
  readonly searchLoggedModels: Bound<typeof models.searchLoggedModels>;
  readonly ensureRegisteredModel: Bound<typeof models.ensureRegisteredModel>;
  readonly createModelVersion: Bound<typeof models.createModelVersion>;
  readonly setAlias: Bound<typeof models.setAlias>;
  readonly versionByAlias: Bound<typeof models.versionByAlias>;
  readonly searchModelVersions: Bound<typeof models.searchModelVersions>;
}

/**
 * A client of one MLflow 3 server. Nothing is sent before the first call. Error: E_MLFLOW_URI.
 * @example
 * const mlflow = openMlflow({ uri: 'http://127.0.0.1:5000' });
 * const { id } = await mlflow.ensureExperiment('demo');
 * const run = await mlflow.createRun({ experimentId: id, name: 'first', startTime: Date.now() });
 * await mlflow.logBatch(run.id, { params: { lr: '0.1' }, metrics: [{ key: 'loss', value: 0.5, step: 1, timestamp: Date.now() }] });
 * await mlflow.updateRun(run.id, { status: 'FINISHED', endTime: Date.now() });
 */
export function openMlflow(options: MlflowOptions): MlflowClient {
  const to = requester(options);
  return {
    uri: to.base,
    version: () => versionOf(to),
    createExperiment: bind(to, experiments.createExperiment),
    experimentByName: bind(to, experiments.experimentByName),
    ensureExperiment: bind(to, experiments.ensureExperiment),
    setExperimentTag: bind(to, experiments.setExperimentTag),
    searchExperiments: bind(to, experiments.searchExperiments),
    createRun: bind(to, runs.createRun),
    getRun: bind(to, runs.getRun),
    updateRun: bind(to, runs.updateRun),
    deleteRun: bind(to, runs.deleteRun),
    logBatch: bind(to, runs.logBatch),
    logInputs: bind(to, runs.logInputs),
    logOutputs: bind(to, runs.logOutputs),
    searchRuns: bind(to, runs.searchRuns),
    metricHistory: bind(to, runs.metricHistory),
    uploadArtifact: bind(to, artifacts.uploadArtifact),
    downloadArtifact: bind(to, artifacts.downloadArtifact),
    listArtifacts: bind(to, artifacts.listArtifacts),
    createLoggedModel: bind(to, models.createLoggedModel),
    finishLoggedModel: bind(to, models.finishLoggedModel),
    searchLoggedModels: bind(to, models.searchLoggedModels),
    ensureRegisteredModel: bind(to, models.ensureRegisteredModel),
    createModelVersion: bind(to, models.createModelVersion),
    setAlias: bind(to, models.setAlias),
    versionByAlias: bind(to, models.versionByAlias),
    searchModelVersions: bind(to, models.searchModelVersions),
  };
}

async function versionOf(to: Requester): Promise<string | null> {
  try {
    const stream = await to.get('version');
    const text = await new Response(stream).text();
    return /^\d+\.\d+/.test(text.trim()) ? text.trim() : null;
  } catch (error) {
    if (error instanceof MlflowError && error.code === 'E_MLFLOW_STATUS') return null;
    throw error;
  }
}

/** @file A checkpoint as an MLflow logged model with a signature; on request registered under a name and an alias. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Named } from '@dualbeat/core';
import { safeName } from '@dualbeat/mlflow-js';
import type { LoggedModel, MlflowClient, ModelVersion } from '@dualbeat/mlflow-js';
import { stringify } from 'yaml';

export type PublishOptions = {
  readonly client: MlflowClient;
  readonly experimentId: string;
  /** The run of the stage that made it. */
  readonly runId: string;
  /** Folder of the checkpoint. */
  readonly checkpoint: string;
  readonly step: number;
  readonly name: string;
  readonly register?: string;
  readonly alias?: string;
};

const files = ['model.safetensors', 'checkpoint.json', 'manifest.json'];

/** Uploads, says READY only when all is there, registers. An upload that fails is marked so. */
export async function publishModel(
  options: PublishOptions,
): Promise<{ readonly model: LoggedModel; readonly version: ModelVersion | null }> {
  const { client, experimentId, runId, checkpoint } = options;
  const { about } = JSON.parse(readFileSync(join(checkpoint, 'checkpoint.json'), 'utf8')) as {
    about: { views: Named<ViewAbout>; versions: Named<string>; stageId: string };
  };
  const model = await client.createLoggedModel({
    experimentId,
    name: safeName(options.name).replaceAll('/', '-'),
    type: 'dualbeat',
    sourceRunId: runId,
    params: Object.fromEntries(Object.entries(about.versions)),
    tags: { 'dualbeat.stage-id': about.stageId },
  });
  try {
    for (const name of files.filter((file) => existsSync(join(checkpoint, file)))) {
      await client.uploadArtifact(model.artifactUri, `checkpoint/${name}`, {
        file: join(checkpoint, name),
      });
    }
    const text = mlmodelOf(model, runId, about);
    await client.uploadArtifact(model.artifactUri, 'MLmodel', Buffer.from(text));
  } catch (error) {
    await client.finishLoggedModel(model.id, 'LOGGED_MODEL_UPLOAD_FAILED').catch(() => {});
    throw error;
  }
  const ready = await client.finishLoggedModel(model.id);
  await client.logOutputs(runId, [{ modelId: model.id, step: options.step }]);
  if (options.register === undefined) return { model: ready, version: null };

  const name = options.register;
  await client.ensureRegisteredModel(name);
  const source = `models:/${model.id}`;
  const version = await client.createModelVersion({ name, source, runId, modelId: model.id });
  if (options.alias !== undefined) {
    await client.setAlias({ name, alias: options.alias, version: version.version });
  }
  return { model: ready, version };
}

type ViewAbout = { readonly shape: readonly number[]; readonly dtype: string };

/** The MLmodel file: signature of tensors by view, rows first. */
function mlmodelOf(
  model: LoggedModel,
  runId: string,
  about: { views: Named<ViewAbout>; versions: Named<string> },
): string {
  const inputs = Object.entries(about.views).map(([name, { shape, dtype }]) => ({
    name,
    type: 'tensor',
    'tensor-spec': { dtype, shape: [-1, ...shape] },
  }));
  return stringify({
    artifact_path: model.artifactUri,
    flavors: {
      dualbeat: {
        checkpoint: 'checkpoint',
        version: about.versions['@dualbeat/core'] ?? 'unknown',
      },
    },
    mlflow_version: '3.17.2',
    model_id: model.id,
    run_id: runId,
    signature: { inputs: JSON.stringify(inputs) },
  });
}

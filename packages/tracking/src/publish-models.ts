/** @file The best checkpoints of finished stages as logged models, each once. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { MlflowClient } from '@dualbeat/mlflow-js';
import { cursorFile, readCursors } from './cursor.ts';
import { publishModel } from './publish-model.ts';
import { objectIn, readRunTree } from './run-tree.ts';

export type PublishAllOptions = {
  readonly client: MlflowClient;
  readonly runsRoot: string;
  readonly experiment?: string;
  readonly register?: string;
  readonly alias?: string;
};
export type PublishedModel = {
  readonly stage: string;
  readonly id: string;
  readonly version: string | null;
};

/** Runs must have been sent before (`syncRuns`): a stage that the server does not know is left out. */
export async function publishModels(
  options: PublishAllOptions,
): Promise<readonly PublishedModel[]> {
  const { client, runsRoot, experiment, register, alias } = options;
  const published: PublishedModel[] = [];
  for (const { name, path, stages } of readRunTree(runsRoot)) {
    if (experiment !== undefined && name !== experiment) continue;
    const cursors = readCursors(cursorFile(path, client.uri));
    if (cursors === null) continue;
    const { experimentId } = cursors;
    const known = await knownModels(client, experimentId);
    for (const stage of stages) {
      const runId = cursors.runs[`stage/${stage.id}/${stage.created}`]?.runId;
      const best = bestCheckpoint(stage.path);
      if (runId === undefined || best === null || stage.status !== 'finished') continue;
      const modelName = `${stage.name}-${stage.id}`;
      if (known.has(modelName)) continue;
      const { model, version } = await publishModel({
        client,
        experimentId,
        runId,
        checkpoint: best.folder,
        step: best.step,
        name: modelName,
        ...(register === undefined ? {} : { register }),
        ...(alias === undefined ? {} : { alias }),
      });
      published.push({ stage: modelName, id: model.id, version: version?.version ?? null });
    }
  }
  return published;
}

async function knownModels(client: MlflowClient, experimentId: string): Promise<Set<string>> {
  const names = new Set<string>();
  for await (const { name, status } of client.searchLoggedModels({
    experimentIds: [experimentId],
  })) {
    if (status.endsWith('READY')) names.add(name);
  }
  return names;
}

/** As the store's index says; see packages/training. */
function bestCheckpoint(stage: string): { readonly folder: string; readonly step: number } | null {
  const index = objectIn(join(stage, 'checkpoints', 'index.json'));
  const best =
    (index?.['best'] as readonly { readonly name?: unknown }[] | undefined)?.[0]?.name ??
    index?.['last'];
  if (typeof best !== 'string') return null;
  const folder = join(stage, 'checkpoints', best);
  if (!existsSync(folder)) return null;
  return { folder, step: Number(/\d+$/.exec(best)?.[0] ?? 0) };
}

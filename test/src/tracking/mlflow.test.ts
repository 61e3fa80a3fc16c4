/** @file Real runs against a real MLflow server, read back with MLflow's own Python client. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readJournal } from '@dualbeat/runs';
import { cacheFolder } from '@dualbeat/tensor';
import { ensureMlflow, startMlflow } from '@dualbeat/tracking';
import type { LocalServer } from '@dualbeat/tracking';
import { openMlflow } from '@dualbeat/mlflow-js';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runCommand, temporaryFolders, tiny } from '../run/command.ts';
import { openBrowser } from './browser.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 400_000 });
const folders = temporaryFolders();
const exec = promisify(execFile);
const python = await ensureMlflow({
  cache: cacheFolder({ HOME: homedir(), ...process.env }),
}).catch((error: Error) => error);
const why = python instanceof Error ? ` (skipped: ${python.message.slice(0, 120)})` : '';

describe.skipIf(python instanceof Error)(`MLflow 3.17.2${why}`, () => {
  let server: LocalServer;
  let root: string;
  beforeAll(async () => {
    root = folders.make();
    server = await startMlflow({ python: python as string, folder: join(root, 'server') });
    for (const seed of [0, 1]) {
      const args = ['run', tiny, '--quiet', '--set', `seed=${seed}`, '--set', 'runtime.use=js'];
      const { code, stderr } = await runCommand(args, root);
      if (code !== 0) throw new Error(stderr);
    }
  });
  afterAll(async () => {
    await server?.close();
    folders.clear();
  });

  const track = (...args: string[]) =>
    runCommand(['track', ...args, '--uri', server.uri, '--json'], root);

  test('runs are sent once, with all that the journal has', async () => {
    const first = await track('sync', '--models', '--register', 'ecg', '--alias', 'champion');
    expect(first).toMatchObject({ code: 0 });
    const again = await track('sync', '--models', '--register', 'ecg', '--alias', 'champion');
    expect(JSON.parse(again.stdout)).toMatchObject({ models: [] });
    const seen = await readBack(server.uri);

    const stages = stageFolders(join(root, 'runs'));
    expect(stages).toHaveLength(2);
    expect(seen.runs.filter(({ tags }) => tags['dualbeat.kind'] === 'stage')).toHaveLength(2);
    const trials = seen.runs.filter(({ tags }) => tags['dualbeat.kind'] === 'trial');
    expect(trials).toHaveLength(2);
    for (const folder of stages) {
      const record = JSON.parse(readFileSync(join(folder, 'stage.json'), 'utf8')) as { id: string };
      const run = seen.runs.find(({ tags }) => tags['dualbeat.stage-id'] === record.id);
      if (run === undefined) throw new Error(`${record.id} was not sent`);
      const { entries } = readJournal(join(folder, 'journal.jsonl'));
      const losses = entries.flatMap((entry) =>
        entry.type === 'step'
          ? [[entry['step'], (entry['report'] as { loss: number }).loss] as const]
          : [],
      );
      expect(run.history['step/loss']).toEqual(losses.map(([step, loss]) => [step, loss]));
      const results = entries.findLast(({ type }) => type === 'metrics')?.['metrics'] as object;
      const numbers = Object.entries(results).filter(([, value]) => typeof value === 'number');
      expect(numbers.length).toBeGreaterThan(0);
      for (const [name, value] of numbers) expect(run.metrics[name]).toBe(value);
      expect(run.status).toBe('FINISHED');
      expect(run.artifacts.some((path) => path.startsWith('figures/'))).toBe(true);
      expect(trials.map(({ id }) => id)).toContain(run.tags['mlflow.parentRunId']);
      const trial = trials.find(({ id }) => id === run.tags['mlflow.parentRunId']);
      expect(trial?.tags[`dualbeat.stage.mae`]).toBe(run.id);
      expect(trial?.params['stages.mae.train.batchSize']).toBeDefined();
      expect(trial?.artifacts.sort()).toEqual(['origins.json', 'report.html', 'resolved.yaml']);
    }
    expect(seen.models).toHaveLength(2);
    for (const model of seen.models) {
      expect(model.status).toBe('READY');
      expect(model.signature).toContain('"name": "ecg"');
    }
    expect(seen.alias).toMatchObject({ name: 'ecg', version: '2' });
    const status = JSON.parse((await track('status')).stdout) as {
      sentBytes: number;
      journalBytes: number;
    }[];
    expect(status.map(({ sentBytes, journalBytes }) => sentBytes === journalBytes)).toEqual([
      true,
      true,
    ]);
  });

  test('a large artifact is streamed up and down', async () => {
    const mlflow = openMlflow({ uri: server.uri });
    const { id: experimentId } = await mlflow.ensureExperiment('artifacts');
    const run = await mlflow.createRun({ experimentId, name: 'large', startTime: Date.now() });
    const bytes = Buffer.alloc(24 << 20, 7);
    await mlflow.uploadArtifact(run.artifactUri, 'deep/large.bin', bytes);
    const back = await new Response(
      await mlflow.downloadArtifact(run.artifactUri, 'deep/large.bin'),
    ).arrayBuffer();
    expect(Buffer.from(back).equals(bytes)).toBe(true);
    expect(await mlflow.listArtifacts(run.id)).toEqual([{ path: 'deep', isDir: true, size: 0 }]);
    await expect(mlflow.uploadArtifact(run.artifactUri, '../x', bytes)).rejects.toThrow(
      /^E_MLFLOW_PATH/,
    );
  });

  test('datasets, paging, numbers that JSON has not', async () => {
    const mlflow = openMlflow({ uri: server.uri });
    const { id: experimentId } = await mlflow.ensureExperiment('paging');
    for (let i = 0; i < 7; i++) {
      await mlflow.createRun({ experimentId, name: `run ${i}`, startTime: Date.now() });
    }
    const names = [];
    for await (const { name } of mlflow.searchRuns({ experimentIds: [experimentId], pageSize: 3 }))
      names.push(name);
    expect(names.toSorted((a, b) => a.localeCompare(b))).toEqual(
      [0, 1, 2, 3, 4, 5, 6].map((i) => `run ${i}`),
    );
    const run = await mlflow.createRun({ experimentId, name: 'numbers', startTime: Date.now() });
    const values = [1.5, Number.NaN, Infinity, -Infinity];
    await mlflow.logBatch(run.id, {
      metrics: values.map((value, step) => ({ key: 'x', value, step, timestamp: 1000 })),
    });
    const history = await mlflow.metricHistory(run.id, 'x');
    expect(history.toSorted((a, b) => a.step - b.step).map(({ value }) => value)).toEqual(values);
    await mlflow.logInputs(run.id, [
      {
        name: 'synthetic',
        digest: 'ab'.repeat(32),
        sourceType: 'dualbeat',
        source: '{}',
        context: 'training',
      },
    ]);
    expect(await mlflow.getRun('0'.repeat(32)).catch((error: Error) => error.message)).toMatch(
      /^E_MLFLOW_STATUS: GET api\/2.0\/mlflow\/runs\/get: the server answered 404 \(RESOURCE_DOES_NOT_EXIST/,
    );
  });

  test('the web page shows the runs, nested, and their charts', async ({ skip }) => {
    const browser = await openBrowser();
    if (typeof browser === 'string') return skip(browser);
    try {
      const page = await browser.newPage();
      const mlflow = openMlflow({ uri: server.uri });
      const experiment = await mlflow.experimentByName('tiny');
      await page.goto(`${server.uri}/#/experiments/${experiment?.id}/runs`);
      await page.getByText('base-s0').first().waitFor({ timeout: 60_000 });
      const rows = await page.getByText(/base-s[01]-/).count();
      expect(rows).toBeGreaterThanOrEqual(2);
      const stage = (await readBack(server.uri)).runs.find(
        ({ tags }) => tags['dualbeat.kind'] === 'stage',
      );
      await page.goto(
        `${server.uri}/#/experiments/${experiment?.id}/runs/${stage?.id}/model-metrics`,
      );
      await page.getByText('step/loss').first().waitFor({ timeout: 60_000 });
      await page
        .locator('.js-plotly-plot, canvas, svg.main-svg')
        .first()
        .waitFor({ timeout: 60_000 });
    } finally {
      await browser.close();
    }
  });
});

type SeenRun = {
  readonly id: string;
  readonly status: string;
  readonly tags: Record<string, string>;
  readonly params: Record<string, string>;
  readonly metrics: Record<string, number>;
  readonly history: Record<string, [number, number][]>;
  readonly artifacts: string[];
};
type Seen = {
  readonly runs: SeenRun[];
  readonly models: { status: string; signature: string }[];
  readonly alias: { name: string; version: string };
};

async function readBack(uri: string): Promise<Seen> {
  const script = `
import json, sys
from mlflow import MlflowClient
import mlflow
c = MlflowClient(sys.argv[1])
e = c.get_experiment_by_name('tiny')
def files(run, path=None):
    out = []
    for f in c.list_artifacts(run, path):
        out += files(run, f.path) if f.is_dir else [f.path]
    return out
runs = []
for r in c.search_runs([e.experiment_id]):
    history = {k: [[m.step, m.value] for m in c.get_metric_history(r.info.run_id, k)] for k in ['step/loss']}
    runs.append(dict(id=r.info.run_id, status=r.info.status, tags=r.data.tags, params=r.data.params, metrics=r.data.metrics,
        history=history, artifacts=files(r.info.run_id)))
models = []
for m in c.search_logged_models([e.experiment_id]):
    text = mlflow.artifacts.load_text(m.artifact_location + '/MLmodel')
    models.append(dict(status=str(m.status.value), signature=text.replace('\\\\', '').replace('":"', '": "')))
v = c.get_model_version_by_alias('ecg', 'champion')
print(json.dumps(dict(runs=runs, models=models, alias=dict(name=v.name, version=str(v.version)))))
`;
  const { stdout } = await exec(python as string, ['-c', script, uri], {
    env: { ...process.env, MLFLOW_TRACKING_URI: uri },
    maxBuffer: 1 << 26,
  });
  return JSON.parse(stdout) as Seen;
}

function stageFolders(runs: string): string[] {
  return readdirSync(runs)
    .map((name) => join(runs, name, 'stages'))
    .filter((path) => existsSync(path))
    .flatMap((path) => readdirSync(path).map((name) => join(path, name)));
}

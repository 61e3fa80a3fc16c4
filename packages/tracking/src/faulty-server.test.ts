import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { openMlflow } from '@dualbeat/mlflow-js';
import { openJournal } from '@dualbeat/runs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { followRuns } from './follow.ts';
import { syncRuns } from './sync.ts';

const full = process.env['DUALBEAT_TEST_FULL'] === '1';
let root: string;
let store: Store;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'dualbeat-tracking-'));
  store = await openStore();
});
afterEach(async () => {
  await store.close();
  rmSync(root, { recursive: true, force: true });
});

describe('a server that fails in every way', () => {
  test.each(['500', '429', 'hang', 'half', 'page', 'refuse'] as const)(
    '%s: nothing is lost or doubled once it is back',
    async (fault) => {
      const values = makeRun(40);
      let calls = 0;
      store.fault = () => (++calls % 3 === 2 && calls < 30 ? fault : null);
      const client = openMlflow({ uri: store.uri, timeoutMs: 250 });
      const waits: number[] = [];
      const done = await followRuns({
        client,
        runsRoot: root,
        alive: () => false,
        sleep: async (ms) => void waits.push(ms),
        pause: 10,
        longestPause: 50,
        triesAfterEnd: 40,
      });
      expect(done).toBe(true);
      expect(waits.length).toBeGreaterThan(0);
      expect(Math.max(...waits)).toBeLessThanOrEqual(50);
      expectSame(values);
    },
  );

  test('a server that stays away is left to a later sync', async () => {
    const values = makeRun(5);
    store.fault = () => '500';
    const client = openMlflow({ uri: store.uri, timeoutMs: 250 });
    const settings = { client, runsRoot: root, alive: () => false, sleep: async () => {} };
    const limits = { pause: 1, longestPause: 1, triesAfterEnd: 3 };
    expect(await followRuns({ ...settings, ...limits })).toBe(false);
    store.fault = () => null;
    await syncRuns({ client, runsRoot: root });
    expectSame(values);
  });

  // One sender after the other is killed at its k-th call, before or after the server has done the work.
  test('senders killed one after the other: nothing is lost or doubled', async () => {
    const values = makeRun(60);
    const rounds = full ? 50 : 5;
    for (let round = 0; round < rounds; round++) {
      const child = startSync();
      let calls = 0;
      store.fault = () => {
        calls += 1;
        if (calls !== 1 + (round % 25)) return null;
        child.kill('SIGKILL');
        return round % 2 === 0 ? 'refuse' : 'half';
      };
      await new Promise((done) => child.on('close', done));
    }
    store.fault = () => null;
    await syncRuns({ client: openMlflow({ uri: store.uri }), runsRoot: root });
    expectSame(values);
  });
});

/** A finished run of one stage in one trial, as the supervisor leaves it. */
function makeRun(steps: number): [number, number][] {
  const experiment = join(root, 'demo');
  const stage = join(experiment, 'stages', 'mae-0a1b');
  const trial = join(experiment, 'trials', 'base-s0-9f');
  mkdirSync(join(stage, 'figures'), { recursive: true });
  mkdirSync(trial, { recursive: true });
  const created = '2026-01-02T03:00:00.000Z';
  const record = {
    status: 'finished',
    experiment: 'demo',
    stage: 'mae',
    id: '0a1b',
    created,
    finished: created,
  };
  writeFileSync(join(stage, 'stage.json'), JSON.stringify(record));
  writeFileSync(join(stage, 'figures', 'ecg.svg'), '<svg/>');
  writeFileSync(join(trial, 'stages.json'), '{"mae":"0a1b"}');
  writeFileSync(join(trial, 'resolved.yaml'), 'seed: 0\nname: demo\n');
  writeFileSync(join(trial, 'report.html'), '<p>done</p>');
  const journal = openJournal(join(stage, 'journal.jsonl'), { now: () => new Date(created) });
  journal.append('run', {
    how: 'new',
    trial: 'base-s0-9f',
    data: { cohort: 'synthetic', digest: 'ab'.repeat(32) },
  });
  const values: [number, number][] = [];
  for (let step = 1; step <= steps; step++) {
    const loss = 1 / step;
    values.push([step, loss]);
    journal.append('step', { step, report: { loss } });
  }
  journal.close();
  return values;
}

function expectSame(values: readonly (readonly [number, number])[]): void {
  const stages = [...store.runs.values()].filter((run) => run.tags['dualbeat.kind'] === 'stage');
  const trials = [...store.runs.values()].filter((run) => run.tags['dualbeat.kind'] === 'trial');
  expect(stages).toHaveLength(1);
  expect(trials).toHaveLength(1);
  const [stage, trial] = [stages[0] as StoredRun, trials[0] as StoredRun];
  const stored = [...stage.metrics].map(
    (text) => JSON.parse(text) as { key: string; step: number; value: number },
  );
  const losses = stored
    .filter(({ key }) => key === 'step/loss')
    .map(({ step, value }) => [step, value]);
  expect(losses.sort((a, b) => (a[0] as number) - (b[0] as number))).toEqual(values);
  expect(stage.status).toBe('FINISHED');
  expect(stage.tags['mlflow.parentRunId']).toBe(trial.id);
  expect(trial.tags['dualbeat.stage.mae']).toBe(stage.id);
  expect(trial.params).toEqual({ seed: '0', name: 'demo' });
  expect([...stage.artifacts.keys()]).toEqual(['figures/ecg.svg']);
  expect([...trial.artifacts.keys()].sort()).toEqual(['report.html', 'resolved.yaml']);
}

function startSync(): ReturnType<typeof spawn> {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const program = fileURLToPath(new URL('./sender.ts', import.meta.url));
  // A process that is gone: the sender sends what there is and ends.
  return spawn(
    process.execPath,
    ['--conditions=@dualbeat/source', '--import', tsx, program, root, 'demo', '999999999'],
    { env: { ...process.env, MLFLOW_TRACKING_URI: store.uri }, stdio: 'ignore' },
  );
}

type StoredRun = {
  readonly id: string;
  status: string;
  readonly tags: Record<string, string>;
  readonly params: Record<string, string>;
  /** One text per distinct value: the server keeps one of each. */
  readonly metrics: Set<string>;
  readonly artifacts: Map<string, number>;
};
type Fault = '500' | '429' | 'hang' | 'half' | 'page' | 'refuse' | null;
type Store = {
  readonly uri: string;
  readonly runs: Map<string, StoredRun>;
  fault: () => Fault;
  close(): Promise<void>;
};

/** A small server with MLflow's rules: runs by id, metrics kept once each, params that cannot change, artifacts by path. */
async function openStore(): Promise<Store> {
  const runs = new Map<string, StoredRun>();
  let experiment: string | null = null;
  const server: Server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const self: Store = {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    runs,
    fault: () => null,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const bytes = Buffer.concat(pieces);
    const fault = self.fault();
    // Half of the faults strike after the work is done: the client cannot know, and sends it again.
    if (fault === '500' || fault === 'half') answer(request, bytes);
    if (fault === 'hang') return;
    if (fault === '500') return void response.writeHead(500).end('boom');
    if (fault === '429') return void response.writeHead(429).end('slow down');
    if (fault === 'page') return void response.end('<html>');
    if (fault === 'refuse') return void request.socket.destroy();
    if (fault === 'half') {
      response.writeHead(200, { 'content-length': '50' });
      response.write('{"ru');
      return void setTimeout(() => response.destroy(), 5);
    }
    const { status = 200, body } = answer(request, bytes);
    response.writeHead(status).end(JSON.stringify(body));
  }

  function answer(request: IncomingMessage, bytes: Buffer): { status?: number; body: unknown } {
    const url = new URL(request.url ?? '/', 'http://x');
    const path = url.pathname.replace('/api/2.0/', '');
    const put = /^mlflow-artifacts\/artifacts\/1\/([^/]+)\/artifacts\/(.+)$/.exec(path);
    if (request.method === 'PUT' && put !== null) {
      runs.get(put[1] as string)?.artifacts.set(decodeURIComponent(put[2] as string), bytes.length);
      return { body: {} };
    }
    const body = (bytes.length === 0 ? {} : JSON.parse(bytes.toString())) as Body;
    const run = runs.get(body.run_id ?? url.searchParams.get('run_id') ?? '');
    switch (path) {
      case 'mlflow/experiments/get-by-name':
        if (experiment === null)
          return { status: 404, body: { error_code: 'RESOURCE_DOES_NOT_EXIST' } };
        return {
          body: {
            experiment: {
              experiment_id: '1',
              name: experiment,
              artifact_location: 'x',
              lifecycle_stage: 'active',
            },
          },
        };
      case 'mlflow/experiments/create':
        if (experiment !== null)
          return { status: 400, body: { error_code: 'RESOURCE_ALREADY_EXISTS' } };
        experiment = 'demo';
        return { body: { experiment_id: '1' } };
      case 'mlflow/runs/create': {
        const id = `r${runs.size}`;
        const tags = Object.fromEntries((body.tags ?? []).map(({ key, value }) => [key, value]));
        runs.set(id, {
          id,
          status: 'RUNNING',
          tags,
          params: {},
          metrics: new Set(),
          artifacts: new Map(),
        });
        return { body: { run: shown(runs.get(id) as StoredRun) } };
      }
      case 'mlflow/runs/search': {
        const wanted = /= '(.*)'$/.exec(body.filter ?? '')?.[1];
        return {
          body: {
            runs: [...runs.values()]
              .filter((one) => one.tags['dualbeat.key'] === wanted)
              .map(shown),
          },
        };
      }
      case 'mlflow/runs/get':
        return { body: { run: shown(run as StoredRun) } };
      case 'mlflow/runs/update':
        if (run !== undefined) run.status = body.status ?? run.status;
        return { body: {} };
      case 'mlflow/runs/log-batch': {
        if (run === undefined)
          return { status: 404, body: { error_code: 'RESOURCE_DOES_NOT_EXIST' } };
        for (const { key, value } of body.params ?? []) {
          if (run.params[key] !== undefined && run.params[key] !== value)
            return { status: 400, body: { error_code: 'INVALID_PARAMETER_VALUE', message: key } };
          run.params[key] = value;
        }
        for (const metric of body.metrics ?? []) run.metrics.add(JSON.stringify(metric));
        for (const { key, value } of body.tags ?? []) run.tags[key] = value;
        return { body: {} };
      }
      default:
        return { body: {} };
    }
  }
  return self;
}

type Body = {
  readonly run_id?: string;
  readonly status?: string;
  readonly filter?: string;
  readonly tags?: readonly { key: string; value: string }[];
  readonly params?: readonly { key: string; value: string }[];
  readonly metrics?: readonly object[];
};

function shown(run: StoredRun): object {
  return {
    info: {
      run_id: run.id,
      experiment_id: '1',
      status: run.status,
      artifact_uri: `mlflow-artifacts:/1/${run.id}/artifacts`,
    },
    data: { tags: Object.entries(run.tags).map(([key, value]) => ({ key, value })) },
  };
}

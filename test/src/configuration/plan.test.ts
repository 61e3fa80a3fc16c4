import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadExperiment, openExperiment } from '@dualbeat/core';
import {
  alwaysPlugins,
  explainPlan,
  planRun,
  removeSmokeRuns,
  runExperiment,
} from '@dualbeat/experiment';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { base, makeStudy } from './study.ts';

const study = makeStudy();
afterAll(study.remove);
vi.setConfig({ testTimeout: 240_000 });

const variants = `variants:
  plain: {}
  wide: { encoders.ecg.options.width: 8 }
  fresh: { stages.probe.init: {}, stages.probe.needs: [] }
`;
const load = (point: { variant?: string; seed?: number; set?: readonly string[] } = {}) => {
  study.write('a.yaml', base + variants);
  return loadExperiment({
    file: join(study.folder, 'a.yaml'),
    env: {},
    always: alwaysPlugins,
    ...point,
  });
};
const plan = async (point: Parameters<typeof load>[0] = {}, smoke = false) => {
  const loaded = await load(point);
  try {
    return await planRun(loaded, { smoke });
  } finally {
    loaded.host.close();
  }
};

describe('the plan of a trial', () => {
  it('is named by variant and seed, and shares the stages that are the same', async () => {
    const plain = await plan({ variant: 'plain', seed: 2 });
    expect(plain.trial).toMatch(/^plain-s2-[0-9a-f]{12}$/);
    expect((await plan()).trial).toMatch(/^base-s0-[0-9a-f]{12}$/);
    const ids = ({ stages }: typeof plain) => stages.map(({ name, id }) => `${name}-${id}`);
    const real = ids(await plan());
    expect(ids(await plan({ variant: 'plain' }))).toEqual(real);
    for (const other of [plain, await plan({ variant: 'wide' })])
      expect(ids(other).filter((id) => real.includes(id))).toEqual([]);
    const longer = await plan({ set: ['stages.probe.train.epochs=2'] });
    expect(ids(longer).filter((id) => real.includes(id))).toEqual(real.slice(0, 1));
    // without its init, the probe needs no other stage
    expect(ids(await plan({ variant: 'fresh' })).length).toBe(1);
  });

  it('of a smoke run never has an id of the real one', async () => {
    const real = await plan();
    const smoke = await plan({}, true);
    expect(smoke.smoke).toBe(true);
    const realIds = new Set(real.stages.map(({ id }) => id));
    expect(smoke.stages.map(({ name }) => name)).toEqual(['pre', 'probe']);
    expect(smoke.stages.some(({ id }) => realIds.has(id))).toBe(false);
    expect(smoke.rows).toEqual({ train: 8, val: 4, test: 0, all: 12 });
  });

  it('costs milliseconds more for each further trial of an opened file', async () => {
    study.write('a.yaml', base + variants);
    const opened = await openExperiment({
      file: join(study.folder, 'a.yaml'),
      env: {},
      always: alwaysPlugins,
    });
    const started = process.cpuUsage();
    const trials = 200;
    const names = new Set<string>();
    for (let i = 0; i < trials; i++) {
      const variant = opened.variants[i % 3] as string;
      const values = { 'stages.probe.train.epochs': 1 + i };
      names.add((await planRun(opened.trial({ variant, values, seed: i % 5 }))).trial);
    }
    const { user, system } = process.cpuUsage(started);
    expect(names.size).toBe(trials);
    // 1,000 trials in 30 s; here about 5 ms each
    expect((user + system) / 1e6 / trials).toBeLessThan(0.03);
    opened.close();
  });
});

it('explains wiring, parameters and memory', async () => {
  const { stages, experiment, rows } = explainPlan(await plan());
  expect({ experiment, rows }).toEqual({
    experiment: 'first',
    rows: { train: 8, val: 4, test: 0, all: 12 },
  });
  const [pre, probe] = stages;
  expect(pre?.modules).toEqual([
    { path: 'encoders/ecg', use: 'acme/flat', parameters: 64, frozen: 0, state: 0 },
    { path: 'heads/volumes', use: 'acme/out', parameters: 12, frozen: 0, state: 0 },
    { path: 'loss', use: 'acme/square', parameters: 0, frozen: 0, state: 0 },
  ]);
  expect(pre?.edges).toEqual([
    { from: 'views/ecg', to: 'encoders/ecg', what: 'ecg', shape: [2, 8] },
    { from: 'encoders/ecg', to: 'heads/volumes', what: 'ecg', shape: [4] },
    { from: 'heads/volumes', to: 'loss', what: 'volumes', shape: [3] },
    { from: 'targets/volumes', to: 'loss', what: 'volumes', shape: [3] },
  ]);
  // AdamW: two moments; a batch of four rows of 2 x 8 floats
  expect(pre?.memory).toEqual({
    parameters: 304,
    gradients: 304,
    optimizer: 608,
    state: 0,
    batch: 256,
    activations: null,
  });
  expect(probe).toMatchObject({
    needs: ['pre'],
    parameters: { total: 72, frozen: 64 },
    memory: { parameters: 288, gradients: 32, optimizer: 64 },
    targets: { sizes: { names: ['EDV', 'mass'] } },
  });
  expect(probe?.edges[0]).toEqual({
    from: 'stages/pre',
    to: 'encoders/ecg',
    what: 'encoders/ecg',
    shape: null,
  });
});

it('a smoke run goes through every stage in a folder of its own, as often as one likes', async () => {
  study.write('a.yaml', base.replaceAll('epochs: 1', 'epochs: 500'));
  const runsRoot = join(study.folder, 'runs');
  const run = { file: join(study.folder, 'a.yaml'), runsRoot, command: 'run', smoke: true };
  const first = await runExperiment(run);
  expect(first).toMatchObject({ status: 'finished', alreadyFinished: false, exitCode: 0 });
  expect(first.metrics['val/loss']).toBeTypeOf('number');
  const again = await runExperiment(run);
  expect(again).toMatchObject({ status: 'finished', alreadyFinished: false });
  expect(again.metrics).toEqual(first.metrics);
  expect(readdirSync(runsRoot)).toEqual(['.smoke']);
  const stages = readdirSync(join(runsRoot, '.smoke/first/stages'));
  expect(stages.map((name) => name.replace(/-[0-9a-f]+$/, ''))).toEqual(['pre', 'probe']);
  removeSmokeRuns(runsRoot, 'first');
  expect(existsSync(join(runsRoot, '.smoke/first'))).toBe(false);
});

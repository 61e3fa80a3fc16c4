/** @file Real sweeps of real trials: what is shared runs once, whatever is killed; a bad trial fails alone. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { hostRandom } from '@dualbeat/core';
import { readJournal } from '@dualbeat/runs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommand, startCommand, temporaryFolders } from '../run/command.ts';

const full = process.env['DUALBEAT_TEST_FULL'] === '1';
const folders = temporaryFolders();
afterAll(() => folders.clear());
vi.setConfig({ testTimeout: full ? 3_600_000 : 600_000, hookTimeout: 900_000 });
const file = fileURLToPath(new URL('./tiny-sweep.yaml', import.meta.url));
/** 12 trials in the full tier. */
const more = full
  ? [
      '--set',
      'sweep.axes={ stages.more.schedule.options.peak: { values: [0.01, 0.003, 0.001, 0.02, 0.03, 0.005] } }',
    ]
  : [];
const count = full ? 12 : 4;

describe('a sweep of trials that share their pre-training', () => {
  let calm: string;
  let told: unknown;
  beforeAll(async () => {
    calm = folders.make();
    const { code, stdout, stderr } = await runCommand(
      ['sweep', 'run', file, ...more, '--json'],
      calm,
    );
    if (code !== 0) throw new Error(`${stderr}${stdout}`);
    told = JSON.parse(stdout);
  });

  it('finishes every trial', () => {
    expect(told).toMatchObject({ how: 'done', done: count, failed: 0, open: 0 });
  });

  it('runs each shared stage once per seed, and nothing is shared between seeds', () => {
    const stages = readdirSync(join(calm, 'runs', 'tiny-sweep', 'stages'));
    expect(stages.filter((name) => name.startsWith('mae-'))).toHaveLength(2);
    expect(stages.filter((name) => name.startsWith('more-'))).toHaveLength(count);
    for (const stage of stages)
      expect(finishes(join(calm, 'runs', 'tiny-sweep', 'stages', stage))).toBe(1);
    for (const trial of Object.keys(results(calm))) {
      expect(existsSync(join(calm, 'runs', 'tiny-sweep', 'trials', trial, 'report.html'))).toBe(
        true,
      );
    }
  });

  it('is over: run again it does nothing, and status says so', async () => {
    const again = await runCommand(['sweep', 'run', file, ...more, '--json'], calm);
    expect(JSON.parse(again.stdout)).toMatchObject({ how: 'done', done: count });
    const status = await runCommand(['sweep', 'status', file, ...more, '--json'], calm);
    const { trials } = JSON.parse(status.stdout) as {
      trials: { state: string; attempts: number }[];
    };
    expect(trials.map(({ state, attempts }) => [state, attempts])).toEqual(
      Array.from({ length: count }, () => ['done', 1]),
    );
  });

  it('scheduler and workers killed at random moments: each trial finishes once, with the same results', async () => {
    const folder = folders.make();
    const random = hostRandom(11, 'kills');
    const kills = full ? 50 : 5;
    let begun = false;
    for (let i = 0; i < kills; i++) {
      const running = startCommand(
        ['sweep', begun ? 'resume' : 'run', file, ...more, '--json'],
        folder,
      );
      await Promise.race([sleep(2500 + random() * 5000), running.ended]);
      // Every second time a worker or a trial's supervisor dies, the scheduler goes on.
      const victims = i % 2 === 1 ? descendants(folder) : [];
      const victim = victims[Math.floor(random() * victims.length)];
      if (victim !== undefined) kill(victim);
      if (victim !== undefined) await sleep(500 + random() * 1500);
      running.process.kill('SIGKILL');
      await running.ended;
      begun ||= existsSync(join(folder, 'runs', 'tiny-sweep', 'sweeps'));
    }
    let last = await runCommand(
      ['sweep', begun ? 'resume' : 'run', file, ...more, '--json'],
      folder,
    );
    // A worker that was killed by hand is a failure of its trial: tried once more when asked.
    for (let i = 0; i < 3 && last.code === 1; i++) {
      last = await runCommand(['sweep', 'retry', file, ...more, '--failed', '--json'], folder);
    }
    expect({ code: last.code, stderr: last.stderr, stdout: last.stdout }).toMatchObject({
      code: 0,
    });
    expect(results(folder)).toEqual(results(calm));
    const stages = readdirSync(join(folder, 'runs', 'tiny-sweep', 'stages'));
    expect(stages.sort()).toEqual(readdirSync(join(calm, 'runs', 'tiny-sweep', 'stages')).sort());
    for (const stage of stages)
      expect(finishes(join(folder, 'runs', 'tiny-sweep', 'stages', stage))).toBe(1);
  });
});

describe('a trial that cannot go on', () => {
  /** A plugin whose loss does something terrible while it is trained with. */
  function study(what: string): { readonly folder: string; readonly file: string } {
    const folder = folders.make();
    const yaml = readFileSync(file, 'utf8')
      .replace('plugins: [', "plugins: ['./terrible', ")
      .replace(
        /sweep:[\s\S]*/,
        'variants: { good: {}, bad: { stages.more.loss: { use: test/terrible } } }\n',
      );
    writeFileSync(join(folder, 'study.yaml'), yaml);
    const plugin = join(folder, 'terrible');
    execFileSync('mkdir', ['-p', plugin]);
    const component = {
      id: 'test/terrible',
      kind: 'loss',
      summary: 'Does something terrible.',
      entry: '.',
    };
    const pack = {
      name: 'terrible',
      version: '1.0.0',
      type: 'module',
      exports: { '.': './index.js' },
      dualbeat: { range: '^0.1.0', components: [component] },
    };
    writeFileSync(join(plugin, 'package.json'), JSON.stringify(pack));
    const core = import.meta.resolve('@dualbeat/core');
    writeFileSync(
      join(plugin, 'index.js'),
      `import { definePlugin, defineComponent } from ${JSON.stringify(core)};
       export default definePlugin([defineComponent({ kind: 'loss', id: 'test/terrible',
         options: { type: 'object', properties: {}, additionalProperties: false },
         create: () => ({ params: {}, state: {}, uses: [], positives: 'row', apply: () => { ${what} } }) })]);`,
    );
    return { folder, file: 'study.yaml' };
  }

  it.each([
    ['aborts its process', 'process.abort()', /SIGABRT|E_WORKER/],
    [
      'eats memory',
      'const all = []; for (;;) all.push(Buffer.alloc(64 << 20, 1));',
      /GiB of memory where|E_WORKER|SIGKILL/,
    ],
  ])('%s: the others finish, the reason is shown', async (_, what, reason) => {
    const { folder, file: own } = study(what);
    writeFileSync(join(folder, 'site.yaml'), 'resources: { memoryGiB: 1.5 }\n');
    const { code, stdout } = await runCommand(['sweep', 'run', own, '--json'], folder);
    expect(code).toBe(1);
    const told = JSON.parse(stdout) as {
      done: number;
      failed: number;
      failures: { trial: string; reason: string }[];
    };
    expect(told).toMatchObject({ done: 1, failed: 1 });
    expect(told.failures[0]?.trial).toMatch(/^trial-bad-s0-/);
    expect(told.failures[0]?.reason).toMatch(reason);
  });
});

it('a plan of 1,000 trials is validated in under 30 s, and a bad value is told before anything runs', async () => {
  const folder = folders.make();
  const seeds = `[${Array.from({ length: 500 }, (_, i) => i).join(',')}]`;
  const { code, stdout } = await runCommand(
    ['sweep', 'plan', file, '--set', `sweep.seeds=${seeds}`, '--json'],
    folder,
  );
  expect(code).toBe(0);
  const { trials, stages } = JSON.parse(stdout) as { trials: unknown[]; stages: object };
  expect(trials).toHaveLength(1000);
  expect(Object.keys(stages)).toHaveLength(1500);
  const bad = await runCommand(
    [
      'sweep',
      'plan',
      file,
      '--set',
      'sweep.axes={ stages.more.train.batchSize: { values: [4, 4000] } }',
      '--json',
    ],
    folder,
  );
  expect(bad.code).toBe(42);
  expect(bad.stderr).toContain('4000');
  expect(existsSync(join(folder, 'runs'))).toBe(false);
});

/** Final metrics by trial. */
function results(folder: string): { readonly [trial: string]: unknown } {
  const root = join(folder, 'runs', 'tiny-sweep');
  return Object.fromEntries(
    readdirSync(join(root, 'trials')).map((trial) => {
      const ids = JSON.parse(readFileSync(join(root, 'trials', trial, 'stages.json'), 'utf8')) as {
        more: string;
      };
      const stage = JSON.parse(
        readFileSync(join(root, 'stages', `more-${ids.more}`, 'stage.json'), 'utf8'),
      ) as {
        result: { metrics: unknown };
      };
      return [trial, stage.result.metrics];
    }),
  );
}

function finishes(stage: string): number {
  return readJournal(join(stage, 'journal.jsonl')).entries.filter(({ type }) => type === 'finished')
    .length;
}

/** Processes whose working folder or command names this folder, the scheduler itself left out. */
function descendants(folder: string): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines
    .filter((line) => line.includes(folder) && line.includes(' run ') && !line.includes('/bin/sh'))
    .map((line) => Number(line.trim().split(' ')[0]));
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone already
  }
}

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Launcher, LaunchJob, LaunchState } from '@dualbeat/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { local } from './local.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'dualbeat-local-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (options: object = {}): Launcher =>
  local.create(
    { slots: 2, cpus: 1, devices: [], ...options },
    { resolve: (path) => path },
  ) as Launcher;
const job = (script: string, more: Partial<LaunchJob['resources']> = {}): LaunchJob => ({
  id: 'job',
  command: [process.execPath, '-e', script],
  cwd: folder,
  env: { NAME: 'Ada' },
  log: join(folder, 'job.log'),
  resources: { cpus: 1, ...more },
});

async function submitOne(launcher: Launcher, one: LaunchJob): Promise<string> {
  return (await launcher.submit([one]))[0] as string;
}

async function ended(launcher: Launcher, handle: string): Promise<LaunchState> {
  for (let i = 0; i < 400; i++) {
    const state = (await launcher.poll([handle]))[handle] as LaunchState;
    if (state.state !== 'running' && state.state !== 'queued') return state;
    await sleep(25);
  }
  throw new Error('it did not end');
}

test.each([0, 1, 42, 75, 143])('exit code %i is told', async (code) => {
  const launcher = open();
  const handle = await submitOne(launcher, job(`process.exit(${code})`));
  expect(await ended(launcher, handle)).toEqual({ state: 'ended', exitCode: code });
});

test('output goes to the log, the environment to the job', async () => {
  const launcher = open();
  await ended(
    launcher,
    await submitOne(launcher, job('console.log(process.env.NAME); console.error("b")')),
  );
  expect(readFileSync(join(folder, 'job.log'), 'utf8')).toBe('Ada\nb\n');
});

test('a killed process is told by its signal', async () => {
  const launcher = open();
  const handle = await submitOne(launcher, job('process.kill(process.pid, "SIGKILL")'));
  expect(await ended(launcher, handle)).toEqual({
    state: 'ended',
    exitCode: null,
    signal: 'SIGKILL',
  });
});

test('cancel asks the job to end, and it ends its own way', async () => {
  const launcher = open();
  const handle = await submitOne(
    launcher,
    job(
      'process.on("SIGTERM", () => process.exit(143)); setInterval(() => {}, 1000); console.log("up")',
    ),
  );
  while (!readFileSync(join(folder, 'job.log'), 'utf8').includes('up')) await sleep(20);
  await launcher.cancel(handle);
  expect(await ended(launcher, handle)).toEqual({ state: 'ended', exitCode: 143 });
  await launcher.cancel(handle); // gone: no error
});

test('another launcher knows the job by its handle', async () => {
  const handle = await submitOne(open(), job('setTimeout(() => process.exit(7), 300)'));
  const later = open();
  expect((await later.poll([handle]))[handle]).toEqual({ state: 'running' });
  expect(await ended(later, handle)).toEqual({ state: 'ended', exitCode: 7 });
});

test('a job that vanished without a word is lost', async () => {
  const launcher = open();
  const handle = await submitOne(launcher, job('setInterval(() => {}, 1000)'));
  process.kill(-(JSON.parse(handle) as { pid: number }).pid, 'SIGKILL');
  expect(await ended(launcher, handle)).toEqual({
    state: 'lost',
    reason: 'its process is gone and left no exit code',
  });
});

test('a job that takes too much memory is ended, with the reason', async () => {
  const launcher = open();
  const eat = 'const all = []; setInterval(() => all.push(Buffer.alloc(50 << 20, 1)), 20)';
  const handle = await submitOne(launcher, job(eat, { memoryBytes: 300 << 20 }));
  const state = await ended(launcher, handle);
  expect(state).toMatchObject({ state: 'ended', signal: 'SIGKILL' });
  expect((state as { reason: string }).reason).toMatch(
    /^it took 0\.\d\d GiB of memory where 0\.29 GiB are allowed$/,
  );
});

test('devices are shared out, one per job', async () => {
  const launcher = open({ slots: 0, devices: ['0', '3'] });
  expect(launcher.slots).toBe(2);
  const script = 'console.log(process.env.CUDA_VISIBLE_DEVICES); setTimeout(() => {}, 400)';
  const both = await Promise.all(
    ['a', 'b'].map((name) =>
      submitOne(launcher, { ...job(script), log: join(folder, `${name}.log`) }),
    ),
  );
  await Promise.all(both.map((handle) => ended(launcher, handle)));
  const seen = ['a', 'b'].map((name) => readFileSync(join(folder, `${name}.log`), 'utf8').trim());
  expect(seen.sort()).toEqual(['0', '3']);
});

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Launcher, LaunchJob, LaunchState } from '@dualbeat/core';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { startRay } from '../../test/local-ray.ts';
import { ray } from './ray.ts';

vi.setConfig({ testTimeout: 180_000 });
const folder = mkdtempSync(join(tmpdir(), 'dualbeat-ray-'));
const cluster = await startRay(join(folder, 'ray'));
const why = typeof cluster === 'string' ? ` (skipped: ${cluster})` : '';
afterAll(() => {
  if (typeof cluster !== 'string') cluster.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(typeof cluster === 'string')(`a real Ray${why}`, () => {
  const address = typeof cluster === 'string' ? 'http://127.0.0.1' : cluster.address;
  const launcher = ray.create({ address }, { resolve: (path) => path }) as Launcher;
  const job = (id: string, script: string): LaunchJob => ({
    id,
    command: [process.execPath, '-e', script],
    cwd: folder,
    env: { NAME: "Ada's job" },
    log: join(folder, `${id}.log`),
    resources: { cpus: 1 },
  });
  const logOf = (id: string): string =>
    existsSync(join(folder, `${id}.log`)) ? readFileSync(join(folder, `${id}.log`), 'utf8') : '';

  async function ended(handles: readonly string[]): Promise<LaunchState[]> {
    for (let i = 0; i < 300; i++) {
      const states = await launcher.poll(handles);
      const all = handles.map((handle) => states[handle] as LaunchState);
      if (all.every(({ state }) => state === 'ended' || state === 'lost')) return all;
      await sleep(300);
    }
    throw new Error('they did not end');
  }

  test('exit codes, logs, environment', async () => {
    const handles = await launcher.submit([
      job('a', 'console.log(process.env.NAME)'),
      job('b', 'process.exit(42)'),
    ]);
    expect(await ended(handles)).toEqual([
      { state: 'ended', exitCode: 0 },
      { state: 'ended', exitCode: 42 },
    ]);
    expect(logOf('a')).toBe("Ada's job\n");
  });

  test('cancel: the job saves and says so', async () => {
    const stay =
      'process.on("SIGTERM", () => process.exit(143)); setInterval(() => {}, 1000); console.log("up")';
    const [handle] = (await launcher.submit([job('c', stay)])) as [string];
    while (!logOf('c').includes('up')) await sleep(100);
    await launcher.cancel(handle);
    expect(await ended([handle])).toEqual([{ state: 'ended', exitCode: 143 }]);
  });

  test('a job that Ray does not know is lost', async () => {
    const handle = JSON.stringify({ id: 'raysubmit_nothing', exit: join(folder, 'none.exit') });
    expect((await launcher.poll([handle]))[handle]).toEqual({
      state: 'lost',
      reason: 'Ray knows it no more',
    });
  });
});

test('no cluster at the address: told', async () => {
  const nowhere = ray.create(
    { address: 'http://127.0.0.1:1' },
    { resolve: (path) => path },
  ) as Launcher;
  await expect(nowhere.poll(['{"id":"x","exit":"y"}'])).rejects.toThrow(
    /^E_LAUNCHER_UNREACHABLE: the launcher 'ray' cannot reach http:\/\/127.0.0.1:1 \(.*\)\. Fix: check the address/,
  );
});

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execFileSync } from 'node:child_process';
import type { Launcher, LaunchJob, LaunchState } from '@dualbeat/core';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { startSlurm } from '../../test/local-slurm.ts';
import { slurm } from './slurm.ts';

vi.setConfig({ testTimeout: 90_000 });
const folder = mkdtempSync(join(tmpdir(), 'dualbeat-slurm-'));
const cluster = await startSlurm(folder);
const why = typeof cluster === 'string' ? ` (skipped: ${cluster})` : '';
if (typeof cluster !== 'string') process.env['SLURM_CONF'] = cluster.conf;
afterAll(async () => {
  if (typeof cluster !== 'string') await cluster.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(typeof cluster === 'string')(`a real SLURM${why}`, () => {
  const launcher = slurm.create(
    { gres: 'gpu', atOnce: 0, secondsToSave: 120, extra: [] },
    { resolve: (path) => path },
  ) as Launcher;
  const job = (id: string, script: string): LaunchJob => ({
    id,
    command: [process.execPath, '-e', script],
    cwd: folder,
    env: { NAME: "Ada's job" },
    log: join(folder, `${id}.log`),
    resources: { cpus: 1, memoryBytes: 200 << 20, timeS: 600 },
  });
  const fileOf = (id: string): string => join(folder, `${id}.log`);
  const logOf = (id: string): string =>
    existsSync(fileOf(id)) ? readFileSync(fileOf(id), 'utf8') : '';

  async function ended(handles: readonly string[]): Promise<LaunchState[]> {
    for (let i = 0; i < 200; i++) {
      const states = await launcher.poll(handles);
      const all = handles.map((handle) => states[handle] as LaunchState);
      if (all.every(({ state }) => state === 'ended' || state === 'lost')) return all;
      await sleep(300);
    }
    throw new Error('they did not end');
  }

  test('an array of jobs: exit codes, logs, environment', async () => {
    const handles = await launcher.submit([
      job('a', 'console.log(process.env.NAME)'),
      job('b', 'process.exit(42)'),
      job('c', 'process.kill(process.pid, "SIGKILL")'),
    ]);
    const ids = handles.map((handle) => (JSON.parse(handle) as { id: string }).id);
    expect(new Set(ids.map((id) => id.split('_')[0])).size).toBe(1); // one array
    expect(await ended(handles)).toEqual([
      { state: 'ended', exitCode: 0 },
      { state: 'ended', exitCode: 42 },
      { state: 'ended', exitCode: null, signal: 'SIGKILL' },
    ]);
    expect(logOf('a')).toBe("Ada's job\n");
  });

  test('cancel: what runs saves and says so, what waits leaves the queue', async () => {
    const stay =
      'process.on("SIGTERM", () => process.exit(143)); setInterval(() => {}, 1000); console.log("up")';
    const names = ['r1', 'r2', 'r3', 'r4'];
    const handles = await launcher.submit(names.map((name) => job(name, stay)));
    let running: string[] = [];
    for (let i = 0; i < 100 && running.length < 2; i++) {
      await sleep(300);
      const states = await launcher.poll(handles);
      running = handles.filter((handle) => states[handle]?.state === 'running');
    }
    expect(running).toHaveLength(2); // two cores
    for (const name of ['r1', 'r2']) while (!logOf(name).includes('up')) await sleep(100);
    for (const handle of handles.toReversed()) await launcher.cancel(handle);
    const states = await ended(handles);
    expect(states.slice(0, 2)).toEqual(
      Array.from({ length: 2 }, () => ({ state: 'ended', exitCode: 143 })),
    );
    expect(states.slice(2).map(({ state }) => state)).toEqual(['lost', 'lost']);
    expect(JSON.stringify(states[3])).toMatch(/CANCELLED|knows job/);
  });

  test('a requeued job runs again, and its exit code is that of the last time', async () => {
    const count = `const f=${JSON.stringify(join(folder, 'count'))}; const fs=require('fs');
      const n = fs.existsSync(f) ? 1 + Number(fs.readFileSync(f)) : 1; fs.writeFileSync(f, String(n));
      if (n > 1) process.exit(7); console.log('up'); setInterval(() => {}, 1000);`;
    const [handle] = (await launcher.submit([job('again', count)])) as [string];
    while (!logOf('again').includes('up')) await sleep(200);
    execFileSync('scontrol', ['requeue', (JSON.parse(handle) as { id: string }).id]);
    // SLURM lets a requeued job wait for two minutes, unless it is told otherwise.
    await sleep(1500);
    const { id } = JSON.parse(handle) as { id: string };
    execFileSync('scontrol', ['update', `JobId=${id}`, 'StartTime=now']);
    expect(await ended([handle])).toEqual([{ state: 'ended', exitCode: 7 }]);
  });

  test('what SLURM refuses is told', async () => {
    const refused = slurm.create(
      { gres: 'gpu', atOnce: 0, secondsToSave: 120, extra: [], partition: 'nowhere' },
      { resolve: (path) => path },
    ) as Launcher;
    await expect(refused.submit([job('x', '')])).rejects.toThrow(
      /^E_LAUNCHER_FAILED: the launcher 'slurm': sbatch --parsable failed \(.*invalid partition/i,
    );
  });
});

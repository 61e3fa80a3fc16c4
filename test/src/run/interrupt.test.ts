import { join } from 'node:path';
import { runExperiment } from '@dualbeat/experiment';
import { readJournal } from '@dualbeat/runs';
import { afterAll, describe, expect, it, vi } from 'vitest';
import {
  checkpointBytes,
  runCommand,
  stageFolder,
  startCommand,
  temporaryFolders,
  tiny,
} from './command.ts';

const folders = temporaryFolders();
afterAll(() => folders.clear());
/** Several processes start in each, on a machine that others may use too. */
vi.setConfig({ testTimeout: 240_000 });

/** More epochs, so that there is time to interrupt. */
const longer = ['--set', 'stages.mae.train.epochs=5'];
const workerPid = (root: string): number => {
  const { entries } = readJournal(join(stageFolder(join(root, 'runs')), 'journal.jsonl'));
  return entries.findLast((entry) => entry.type === 'worker')?.['pid'] as number;
};
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
/** Waits until the process is gone, at most `seconds`. */
async function gone(pid: number, seconds: number): Promise<boolean> {
  for (let i = 0; i < seconds * 10 && isAlive(pid); i++) {
    await new Promise((next) => setTimeout(next, 100));
  }
  return !isAlive(pid);
}

describe('an interrupted run', () => {
  it('saves at SIGTERM, ends with 143, and resumed has the same bits as one that was not interrupted', async () => {
    const [whole, broken] = [folders.make(), folders.make()];
    const uninterrupted = runCommand(['run', tiny, ...longer], whole);

    const command = startCommand(['run', tiny, ...longer], broken);
    await command.saw(/epoch 2\/5, train\/loss/);
    command.process.kill('SIGTERM');
    const ended = await command.ended;
    expect(ended.code).toBe(143);
    expect(ended.stdout).toMatch(
      /^Interrupted and saved\. Go on with: npx dualbeat run .*tiny\.yaml --set stages\.mae\.train\.epochs=5 --resume\n$/,
    );

    const stage = stageFolder(join(broken, 'runs'));
    const before = checkpointBytes(stage);
    const resumed = await runCommand(['run', tiny, ...longer, '--resume'], broken);
    expect(resumed.stderr).toMatch(/resumed at step \d+/);
    expect(resumed.code).toBe(0);

    expect((await uninterrupted).code).toBe(0);
    const after = checkpointBytes(stage);
    expect(after).toEqual(checkpointBytes(stageFolder(join(whole, 'runs'))));
    expect(before).not.toEqual(after); // the interruption came before the end
    const { entries } = readJournal(join(stage, 'journal.jsonl'));
    const types = entries.map((entry) => entry.type);
    expect(types.filter((type) => type === 'run')).toHaveLength(2);
    expect(entries.find((entry) => entry.type === 'interrupted')).toMatchObject({
      signal: 'SIGTERM',
      saved: true,
    });
  });

  it('whose worker is killed ends within seconds with a coded error, and can be resumed', async () => {
    const cwd = folders.make();
    const command = startCommand(['run', tiny, ...longer], cwd);
    await command.saw(/epoch 1\/5, train\/loss/);
    const pid = workerPid(cwd);
    const killedAt = performance.now();
    process.kill(pid, 'SIGKILL');
    const ended = await command.ended;
    expect(performance.now() - killedAt).toBeLessThan(5000);
    expect(ended.code).toBe(75);
    expect(ended.stderr).toMatch(
      /E_WORKER_DIED: .*worker\.log: the worker process ended by signal SIGKILL while in the stage mae; everything up to its last checkpoint is kept\..* Fix: go on from there with `npx dualbeat run .* --resume`/,
    );
    const { entries } = readJournal(join(stageFolder(join(cwd, 'runs')), 'journal.jsonl'));
    expect(entries.at(-1)).toMatchObject({ type: 'failed', code: 'E_WORKER_DIED' });
    const resumed = await runCommand(['run', tiny, ...longer, '--resume', '--quiet'], cwd);
    expect(resumed).toMatchObject({ code: 0, stderr: '' });
  });

  it('whose worker is frozen is ended after the time for silence', async () => {
    const cwd = folders.make();
    const root = join(cwd, 'runs');
    let pid = -1;
    const run = runExperiment({
      file: tiny,
      set: ['stages.mae.train.epochs=5'],
      runsRoot: root,
      limits: { silentMs: 2000 },
      on: (update) => {
        if (pid >= 0 || update.kind !== 'train' || update.event.type !== 'step') return;
        pid = workerPid(cwd);
        process.kill(pid, 'SIGSTOP');
      },
    });
    await expect(run).rejects.toThrow(
      /E_WORKER_SILENT: .* gave no sign of life for [2-4] s and was ended/,
    );
    expect(await gone(pid, 5)).toBe(true);
  });

  it('whose supervisor is killed saves and ends by itself', async () => {
    const cwd = folders.make();
    const command = startCommand(['run', tiny, ...longer], cwd);
    await command.saw(/epoch 1\/5, train\/loss/);
    const pid = workerPid(cwd);
    command.process.kill('SIGKILL');
    await command.ended;
    expect(await gone(pid, 20)).toBe(true);
    const resumed = await runCommand(['run', tiny, ...longer, '--resume'], cwd);
    expect(resumed.stderr).toMatch(/resumed at step \d+/);
    expect(resumed.code).toBe(0);
  });

  it('ends at once at a second signal', async () => {
    const cwd = folders.make();
    const command = startCommand(['run', tiny, ...longer], cwd);
    await command.saw(/step 1\//);
    const pid = workerPid(cwd);
    process.kill(pid, 'SIGSTOP'); // it cannot finish its step
    command.process.kill('SIGINT');
    // Two signals that wait at once may be heard in either order.
    await new Promise((done) => setTimeout(done, 500));
    command.process.kill('SIGTERM');
    const ended = await command.ended;
    expect(ended.code).toBe(143);
    expect(await gone(pid, 5)).toBe(true);
  });
});

import { execFile } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sourceFlags, temporaryFolders } from '../run/command.ts';
import { checkpointOf, storeAt } from './some-checkpoint.ts';

const folders = temporaryFolders();
afterAll(() => folders.clear());
vi.setConfig({ testTimeout: 900_000, hookTimeout: 240_000 });
const full = process.env['DUALBEAT_TEST_FULL'] === '1';
const child = fileURLToPath(new URL('./save-child.ts', import.meta.url));

type Ended = {
  readonly signal: string | null;
  readonly code: number | null;
  readonly stdout: string;
};
function save(folder: string, killAt: string): Promise<Ended> {
  return new Promise((resolve) => {
    const process_ = execFile(
      process.execPath,
      [...sourceFlags, child, folder],
      { env: { ...process.env, DUALBEAT_KILL_AT: killAt } },
      (_error, stdout) => resolve({ signal: process_.signalCode, code: process_.exitCode, stdout }),
    );
  });
}

describe('a process that is killed while it saves a checkpoint', () => {
  let start: string;
  let operations = 0;
  beforeAll(async () => {
    start = folders.make();
    const store = await storeAt(join(start, 'checkpoints'));
    await store.save('step-00000001', await checkpointOf(1), 2);
    const whole = await save(copyOf(start), '0:before');
    if (whole.code !== 0) throw new Error('the child does not save');
    operations = Number(whole.stdout);
  });
  const copyOf = (of: string): string => {
    const folder = folders.make();
    cpSync(join(of, 'checkpoints'), join(folder, 'checkpoints'), { recursive: true });
    return join(folder, 'checkpoints');
  };

  it('leaves this one or the one before, to the bit, whatever the file operation', async () => {
    expect(operations).toBeGreaterThan(40);
    const all = Array.from({ length: operations }, (_, i) => i + 1);
    // Renames and what lies around them are at the end: those always; of the rest a sample.
    const chosen = full ? all : all.filter((n) => n % 12 === 1 || n > operations - 4);
    const outcomes = { new: 0, old: 0 };
    const [old, now] = [await checkpointOf(1), await checkpointOf(2)];
    const run = async (at: string): Promise<void> => {
      const folder = copyOf(start);
      const ended = await save(folder, at);
      expect(ended.signal, at).toBe('SIGKILL');
      const store = await storeAt(folder);
      const found = store.last();
      const isNew = found?.checkpoint.progress.step === 2;
      outcomes[isNew ? 'new' : 'old']++;
      expect(found?.checkpoint, at).toEqual(isNew ? now : old);
      expect(store.best().checkpoint.params, at).toEqual((isNew ? now : old).params);
      // And life goes on: the next save leaves nothing of the dead one.
      await store.save('step-00000003', await checkpointOf(3), 0.5);
      expect(store.last()?.checkpoint, at).toEqual(await checkpointOf(3));
    };
    const jobs = chosen.flatMap((n) => [`${n}:before`, `${n}:after`]);
    for (let i = 0; i < jobs.length; i += 2)
      await Promise.all(jobs.slice(i, i + 2).map((at) => run(at)));
    // Both happen: the matrix reaches across the commit.
    expect(outcomes.old).toBeGreaterThan(0);
    expect(outcomes.new).toBeGreaterThan(0);
  });
});

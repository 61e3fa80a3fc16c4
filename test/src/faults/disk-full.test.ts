import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { sourceFlags, temporaryFolders } from '../run/command.ts';
import { checkpointOf, storeAt } from './some-checkpoint.ts';

const folders = temporaryFolders();
afterAll(() => folders.clear());
vi.setConfig({ testTimeout: 240_000 });
const child = fileURLToPath(new URL('./save-child.ts', import.meta.url));
/** A limit on the size of files is to the writer what a full disk is: the write comes back short and fails. */
const limit = (blocks: number, folder: string) =>
  spawnSync(
    'bash',
    [
      '-c',
      `trap '' XFSZ; ulimit -f ${blocks} && exec "$0" "$@"`,
      process.execPath,
      ...sourceFlags,
      child,
      folder,
    ],
    { encoding: 'utf8' },
  );
const canLimit = existsSync('/bin/bash') && process.platform === 'linux';

describe.skipIf(!canLimit)(
  `a disk that is full while a checkpoint is saved${canLimit ? '' : ' (skipped: no file-size limits here)'}`,
  () => {
    it.each([1, 4, 7])(
      '%i KiB a file: a coded error, the last checkpoint stays, and the next save works',
      async (blocks) => {
        const folder = join(folders.make(), 'checkpoints');
        const store = await storeAt(folder);
        await store.save('step-00000001', await checkpointOf(1), 2);
        const ended = limit(blocks, folder);
        expect(ended.status, ended.stderr).not.toBe(0);
        expect(ended.stderr).toMatch(/E_WRITE_(NO_SPACE|FAILED): .*checkpoints/);
        const found = store.last();
        expect(found?.skipped).toEqual([]);
        expect(found?.checkpoint).toEqual(await checkpointOf(1));
        await store.save('step-00000002', await checkpointOf(2), 1);
        expect(store.last()?.checkpoint).toEqual(await checkpointOf(2));
      },
    );
  },
);

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openHost, resolvePlugins } from '@dualbeat/core';
import { expect, it } from 'vitest';

const here = fileURLToPath(import.meta.url);

it('loads as a plugin beside a reader; an empty folder is a coded error through the host', async () => {
  const host = await openHost(resolvePlugins(['@dualbeat/cohort-files', '@dualbeat/ecg-io'], here));
  const folder = await mkdtemp(join(tmpdir(), 'dualbeat-files-'));
  const from = {
    readers: [await host.create('reader', { use: 'wfdb' }, null)],
    seed: 0,
    resolve: (path: string) => join(folder, path),
  };
  const made = host.create('cohort', { use: 'files', options: { roots: ['.'] } }, from);
  await expect(made).rejects.toThrow(/E_FILES_EMPTY: \.: there is no file in this folder/);
  await expect(host.create('cohort', { use: 'files' }, from)).rejects.toThrow(/roots/);
  host.close();
  await rm(folder, { recursive: true });
});

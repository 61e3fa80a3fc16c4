import { openHost, resolvePlugins } from '@dualbeat/core';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('manifest and code agree', async () => {
  const host = await openHost(resolvePlugins(['..'], fileURLToPath(import.meta.url)));
  expect(host.catalogue().map(({ kind, id }) => `${kind} ${id}`)).toEqual([
    'figure ecg-reconstruction',
    'metric ecg-delineation',
  ]);
});

import { fileURLToPath } from 'node:url';
import { openHost, resolvePlugins } from '@dualbeat/core';
import { expect, it } from 'vitest';

const here = fileURLToPath(import.meta.url);

it('loads as a plugin: the manifest lists what the code has, defaults make a reader', async () => {
  const host = await openHost(resolvePlugins(['@dualbeat/ecg-io'], here));
  const reader = await host.create('reader', { use: 'wfdb' }, null);
  expect(reader.recognises(new TextEncoder().encode('a 1 500 10'), 'a.hea')).toBe(true);
  await expect(
    host.create('reader', { use: 'wfdb', options: { leads: [] } }, null),
  ).rejects.toThrow(/E_COMPONENT_OPTIONS/);
  host.close();
});

it('the sub-path of annotations is exported', async () => {
  const { readAnnotations } = await import('@dualbeat/ecg-io/annotations');
  await expect(readAnnotations('none.atr')).rejects.toThrow(/^E_WFDB_READ/);
});

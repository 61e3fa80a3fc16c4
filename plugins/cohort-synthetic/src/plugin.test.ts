import { fileURLToPath } from 'node:url';
import { openHost, resolvePlugins } from '@dualbeat/core';
import { expect, test } from 'vitest';

test('the host finds the cohort, fills in defaults at every depth and refuses unknown options', async () => {
  const here = fileURLToPath(new URL('../package.json', import.meta.url));
  const host = await openHost(resolvePlugins(['@dualbeat/cohort-synthetic'], here));
  expect(host.catalogue().map(({ kind, id }) => `${kind} ${id}`)).toEqual(['cohort synthetic']);
  const from = { readers: [], seed: 1, resolve: (path: string) => path };
  const make = (options?: object) =>
    host.create('cohort', { use: 'synthetic', ...(options && { options }) }, from);
  const cohort = await make();
  expect((await cohort.rows('all')).length).toBe(2000);
  const named = await make({ subjects: 2000, noise: { mainsHz: 50 }, splits: { val: 0.15 } });
  expect(named.digest).toBe(cohort.digest);
  await expect(make({ noise: { mains: 60 } })).rejects.toThrow(
    "options.noise.mains: unknown key 'mains'; did you mean 'mainsMv'?",
  );
  host.close();
});

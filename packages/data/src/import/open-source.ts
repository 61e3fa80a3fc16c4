/** @file Opening the cohort that an import reads, with every reader of its plugins. */
import { dirname, resolve } from 'node:path';
import { openHost, resolvePlugins } from '@dualbeat/core';
import type { Host } from '@dualbeat/core';
import type { ImportSource, SourceSpec } from './import-source.ts';

/** Errors: those of plugins, components and the cohort. `close` releases the plugins. */
export async function openSource(
  spec: SourceSpec,
): Promise<{ readonly source: ImportSource; readonly host: Host }> {
  const host = await openHost(resolvePlugins(spec.plugins, spec.from));
  const named = spec.readers ?? [];
  const others = host
    .catalogue()
    .filter(({ kind, id }) => kind === 'reader' && !named.some(({ use }) => use === id))
    .map(({ id }) => ({ use: id }));
  const readers = await Promise.all(
    [...named, ...others].map((use) => host.create('reader', use, null)),
  );
  const from = {
    readers,
    seed: spec.seed,
    resolve: (path: string) => resolve(dirname(spec.from), path),
  };
  const use = { use: spec.use, options: spec.options };
  return { source: await host.create('cohort', use, from), host };
}

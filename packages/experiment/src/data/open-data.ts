/** @file Cohort and views of an experiment: made anew in the supervisor, the worker and each loader thread. No tensors. */
import { dirname, resolve } from 'node:path';
import type {
  Cohort,
  Host,
  HostOptions,
  Named,
  ResolvedExperiment,
  ViewSpec,
} from '@dualbeat/core';
import { at, openHost, resolvePlugins } from '@dualbeat/core';
import type { NamedTransform } from '@dualbeat/data';
import { limitRows, type RowLimits } from './limit-rows.ts';

/** What it takes to open the data of an experiment in another thread or process. Plain JSON. */
export type ExperimentSpec = {
  readonly resolved: ResolvedExperiment;
  /** The experiment file: paths are relative to it. */
  readonly file: string;
  /** Folders of the loaded plugins. */
  readonly plugins: readonly string[];
  /** Of a smoke run: rows by split. */
  readonly rows?: RowLimits;
};

/** A view of the batch: `from` of the cohort, through `chain`, is `spec`. */
export type OpenView = {
  readonly from: string;
  readonly source: ViewSpec;
  readonly chain: readonly NamedTransform[];
  readonly spec: ViewSpec;
};

export function openSpecHost(spec: ExperimentSpec, options: HostOptions = {}): Promise<Host> {
  return openHost(resolvePlugins(spec.plugins, spec.file), options);
}

/** The cohort, with every reader that the plugins offer: those that the file names first, with its options. */
export async function openCohort(
  host: Host,
  { resolved, file, rows }: Pick<ExperimentSpec, 'resolved' | 'file' | 'rows'>,
): Promise<Cohort> {
  const named = resolved.cohort.readers;
  const others = host
    .catalogue()
    .filter(({ kind, id }) => kind === 'reader' && !named.some(({ use }) => use === id))
    .map(({ id }) => ({ use: id }));
  const readers = await Promise.all(
    [...named, ...others].map((use, i) =>
      host.create('reader', use, null, i < named.length ? `cohort.readers[${i}]` : undefined),
    ),
  );
  const from = {
    readers,
    seed: resolved.seed,
    split: resolved.cohort.split,
    pairing: resolved.cohort.pairing,
    resolve: (path: string) => resolve(dirname(file), path),
  };
  const cohort = await host.create('cohort', resolved.cohort, from, 'cohort');
  return rows === undefined ? cohort : limitRows(cohort, rows);
}

/** The named views through their transforms. Errors: E_NAME_UNKNOWN, E_COMPONENT_... */
export async function openViews(
  host: Host,
  resolved: ResolvedExperiment,
  cohort: Cohort,
  names: readonly string[] = Object.keys(resolved.views),
): Promise<Named<OpenView>> {
  const views: { [name: string]: OpenView } = {};
  for (const name of names) {
    const { from, transforms } = at(resolved.views, name, 'view');
    const source = at(cohort.views, from, 'view of the cohort');
    const chain: NamedTransform[] = [];
    let spec = source;
    for (const [i, use] of transforms.entries()) {
      const where = `views.${name}.transforms[${i}]`;
      const transform = await host.create('transform', use, { input: spec }, where);
      chain.push({ transform, name: use.use });
      spec = transform.output;
    }
    views[name] = { from, source, chain, spec };
  }
  return views;
}

/** @file What the plans of many trials share: digests of code, and cohorts that are the same. Lives as long as the host. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canonicalJson, packageDigest } from '@dualbeat/core';
import type { Cohort, Host, LoadedExperiment, Named, Split } from '@dualbeat/core';
import { openCohort } from './data/open-data.ts';
import type { ExperimentSpec } from './data/open-data.ts';
import type { RowLimits } from './data/limit-rows.ts';

export type PlanCohort = {
  readonly cohort: Cohort;
  readonly rows: { readonly [split in Split]: number };
};
type Cache = { code?: unknown; readonly cohorts: Map<string, Promise<PlanCohort>> };

// by the sources of the host: they are one array for a host and all its children
const caches = new WeakMap<object, Cache>();

function cacheOf(host: Pick<Host, 'sources'>): Cache {
  const sources = host.sources();
  const cache = caches.get(sources) ?? { cohorts: new Map() };
  caches.set(sources, cache);
  return cache;
}

/** Packages whose code decides what a stage computes. */
const codePackages = ['core', 'nn', 'data', 'training'] as const;

/** Content digests of the code of a stage, plugins included. */
export function codeDigests(host: Host): unknown {
  const cache = cacheOf(host);
  return (cache.code ??= {
    ...Object.fromEntries(codePackages.map((name) => [name, packageDigest(folderOf(name))])),
    plugins: host.sources().map(({ name, digest }) => [name, digest]),
  });
}

export function specOf(
  { resolved, file, host }: LoadedExperiment,
  rows?: RowLimits,
): ExperimentSpec {
  const plugins = host.sources().map(({ url }) => fileURLToPath(url));
  return { resolved, file, plugins, ...(rows === undefined ? {} : { rows }) };
}

/** The cohort of an experiment, opened once for all trials that name the same one with the same seed. */
export function openPlanCohort(host: Host, spec: ExperimentSpec): Promise<PlanCohort> {
  const { cohorts } = cacheOf(host);
  const { cohort, seed } = spec.resolved;
  const key = canonicalJson({ cohort, seed, file: spec.file, rows: spec.rows });
  const found = cohorts.get(key) ?? openOnce(host, spec);
  cohorts.set(key, found);
  return found;
}

async function openOnce(host: Host, spec: ExperimentSpec): Promise<PlanCohort> {
  const cohort = await openCohort(host, spec);
  const count = async (split: Split): Promise<number> => (await cohort.rows(split)).length;
  const rows: Named<number> = {
    train: await count('train'),
    val: await count('val'),
    test: await count('test'),
    all: await count('all'),
  };
  return { cohort, rows: rows as PlanCohort['rows'] };
}

function folderOf(name: (typeof codePackages)[number]): string {
  const file = createRequire(import.meta.url).resolve(`@dualbeat/${name}/package.json`);
  return dirname(file);
}

/** @file What a loader thread reads from: the cohort and the transforms, opened inside the thread. */
import type { Cohort, HostArray, HostMasked, Named } from '@dualbeat/core';
import { at } from '@dualbeat/core';
import { applyTransforms } from '@dualbeat/data';
import type { BatchSource, LoadedRows, ReadPosition } from '@dualbeat/data';
import { openFeatures } from './feature-file.ts';
import type { FeatureFile } from './feature-file.ts';
import { openCohort, openSpecHost, openViews } from './open-data.ts';
import { resolveTargets, takeTargets } from './resolve-targets.ts';
import type { ResolvedTargets } from './resolve-targets.ts';
import type { ExperimentSpec, OpenView } from './open-data.ts';

export type DataSourceInit = {
  readonly spec: ExperimentSpec;
  /** Views that the batches carry. */
  readonly views: readonly string[];
  /** Target sets, by the name that they have in the batch (the head's). */
  readonly targets: Named<string>;
  /** By view: what each transform fitted, in order. */
  readonly fitted: Named<readonly unknown[]>;
  /** Views that come as stored features of their encoder. */
  readonly features?: Named<FeatureFile>;
};

/** `file:` URL for `openLoader`. */
export const dataSourceModule = import.meta.url;

export default async function makeDataSource(init: DataSourceInit): Promise<BatchSource> {
  const host = await openSpecHost(init.spec);
  const cohort = await openCohort(host, init.spec);
  const { features = {} } = init;
  const read = init.views.filter((view) => !Object.hasOwn(features, view));
  const views = await openViews(host, init.spec.resolved, cohort, read);
  const stored = mapNamed(features, openFeatures);
  const targets = await resolveTargets(host, cohort.targets, init.targets);
  const from = { targets, fitted: init.fitted };
  return {
    async read(rows, position) {
      const loaded = await readRows(cohort, views, from, rows, position);
      return { ...loaded, views: { ...loaded.views, ...mapNamed(stored, (of) => of.read(rows)) } };
    },
  };
}

/** Rows of the cohort as a batch carries them; each cohort view is read once. */
export async function readRows(
  cohort: Cohort,
  views: Named<OpenView>,
  init: Pick<DataSourceInit, 'fitted'> & { readonly targets: Named<ResolvedTargets> },
  rows: Int32Array,
  position: ReadPosition,
): Promise<LoadedRows> {
  const names = new Set([
    ...Object.values(views).map((view) => view.from),
    ...Object.values(init.targets).flatMap(({ reads }) => reads),
  ]);
  const read = await cohort.read(rows, [...names]);
  return {
    views: mapNamed(views, (view, name) =>
      transformed(at(read, view.from), view, init.fitted[name] ?? [], rows, position),
    ),
    targets: mapNamed(init.targets, (set) => takeTargets(set, read)),
    subject: cohort.subjects(rows),
    ids: [...cohort.ids(rows)],
  };
}

/** Each row that is there through the chain; absent rows stay 0. */
function transformed(
  read: HostMasked,
  view: OpenView,
  fitted: readonly unknown[],
  rows: Int32Array,
  position: ReadPosition,
): HostMasked {
  const { data } = read.values;
  if (view.chain.length === 0 || !(data instanceof Float32Array)) return read;
  const chain = view.chain.map((link, i) => ({ ...link, fitted: fitted[i] ?? null }));
  const inSize = sizeOf(view.source.shape);
  const outSize = sizeOf(view.spec.shape);
  const out = new Float32Array(rows.length * outSize);
  rows.forEach((row, i) => {
    if (read.present.data[i] !== 1) return;
    const x = data.subarray(i * inSize, (i + 1) * inSize);
    out.set(applyTransforms(x, chain, { ...position, row }), i * outSize);
  });
  const values: HostArray = { shape: [rows.length, ...view.spec.shape], data: out };
  return { values, present: read.present };
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

function mapNamed<T, R>(named: Named<T>, fn: (value: T, name: string) => R): Named<R> {
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [name, fn(value, name)]));
}

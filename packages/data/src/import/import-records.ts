/** @file Rows of a cohort as records of a store. */
import type { HostArray, Named, ViewSpec } from '@dualbeat/core';
import type { LoadedBatch } from '../batch-source.ts';
import type { StoreOptions } from '../store/create-store.ts';
import { sizeOf } from '../store/encode-view.ts';
import type { CovariateSpec, NewRecord } from '../store/types.ts';
import type { ImportSource, RecordFacts } from './import-source.ts';

/** A view with one axis of named covariates goes to the table: each of them may be missing. */
export const isTable = (spec: ViewSpec): boolean =>
  spec.axes.length === 1 && spec.axes[0]?.name === 'covariate' && spec.axes[0].labels !== undefined;

/** Views, targets, covariates and endpoints that a store of this source has. */
export function storeOptionsOf(source: ImportSource): StoreOptions {
  const tables = Object.values(source.views).filter(isTable);
  const declared = source.covariates ?? [];
  const named = tables
    .flatMap((spec) => spec.axes[0]?.labels ?? [])
    .filter((name) => !declared.some((one) => one.name === name))
    .map((name): CovariateSpec => ({ name, type: 'number', unit: '' }));
  return {
    views: Object.fromEntries(Object.entries(source.views).filter(([, spec]) => !isTable(spec))),
    targets: Object.fromEntries(
      Object.entries(source.targets).map(([name, { mean: _mean, std: _std, ...spec }]) => [
        name,
        spec,
      ]),
    ),
    covariates: [...declared, ...named],
    endpoints: source.endpoints ?? [],
  };
}

/** Facts of each row; of a source that knows none: its subject by the id of the subject's first row, visits counted. */
export async function factsOf(
  source: ImportSource,
  rows: Int32Array,
): Promise<{ of(row: number): RecordFacts }> {
  const known = new Map<number, RecordFacts>();
  if (source.records !== undefined) {
    const facts = await source.records(rows);
    rows.forEach((row, i) => known.set(row, facts[i] as RecordFacts));
  } else {
    // Over all rows, so that a shard names subjects and visits as the whole does.
    const all = await source.rows('all');
    const [numbers, ids] = [source.subjects(all), source.ids(all)];
    const first = new Map<number, { readonly id: string; visits: number }>();
    all.forEach((row, i) => {
      const number = numbers[i] as number;
      const subject = first.get(number) ?? { id: ids[i] as string, visits: 0 };
      first.set(number, subject);
      known.set(row, { subject: subject.id, visit: String(subject.visits++), date: null });
    });
  }
  return { of: (row) => known.get(row) as RecordFacts };
}

/** Row `position` of the batch. */
export function recordOf(
  source: ImportSource,
  batch: LoadedBatch,
  position: number,
  id: string,
  facts: RecordFacts,
): NewRecord {
  const views: { [name: string]: HostArray['data'] } = {};
  const covariates: { [name: string]: number | string | null } = { ...facts.covariates };
  for (const [name, spec] of Object.entries(source.views)) {
    const cells = cellsOf(batch, 'views', name, position, spec.shape);
    if (isTable(spec)) {
      spec.axes[0]?.labels?.forEach((label, i) => (covariates[label] ??= cells.value(i)));
    } else if (cells.all()) views[name] = cells.values;
  }
  const targets: { [name: string]: (number | null)[] } = {};
  for (const [name, spec] of Object.entries(source.targets)) {
    const cells = cellsOf(batch, 'targets', name, position, spec.shape);
    targets[name] = Array.from({ length: sizeOf(spec.shape) }, (_, i) => cells.value(i));
  }
  const own = (batch.flags ?? []).filter((flag) => flag.startsWith(`${id}: `));
  return {
    subject: facts.subject,
    id,
    visit: facts.visit,
    date: facts.date,
    views,
    targets,
    covariates,
    ...(facts.endpoints === undefined ? {} : { endpoints: facts.endpoints }),
    flags: own.map((flag) => flag.slice(id.length + 2)),
  };
}

function cellsOf(
  batch: LoadedBatch,
  kind: 'views' | 'targets',
  name: string,
  position: number,
  shape: readonly number[],
) {
  const { values, present } = (batch[kind] as Named<LoadedBatch['views'][string]>)[name] ?? missing;
  const size = sizeOf(shape);
  const rows = batch.rows.length;
  const width = present.data.length / rows;
  const bits = present.data.subarray(position * width, (position + 1) * width);
  const own = values.data.slice(position * size, (position + 1) * size);
  return {
    values: own,
    all: () => bits.length > 0 && bits.every((bit) => bit === 1),
    value: (i: number) => (bits[Math.floor((i * width) / size)] === 1 ? (own[i] as number) : null),
  };
}
const empty: HostArray = { shape: [0], data: new Float32Array(0) };
const missing = { values: empty, present: { shape: [0], data: new Uint8Array(0) } };

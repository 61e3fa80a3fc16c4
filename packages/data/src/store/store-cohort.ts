/** @file A store as a cohort: rows of paired records, parts by the stored split, targets with mean and std of the training part. */
import { createHash } from 'node:crypto';
import { at, canonicalJson } from '@dualbeat/core';
import type { Cohort, HostMasked, Split, TargetSpec, ViewSpec } from '@dualbeat/core';
import { readSplit } from '../split/stored-split.ts';
import * as errors from './errors.ts';
import type { Store } from './open-store.ts';
import { pairRecords } from './pair-records.ts';
import type { PairedRow, Pairing } from './pair-records.ts';
import { openTargets } from './store-targets.ts';
import { covariateColumn, dayNumber } from './table.ts';

export type StoreCohortOptions = {
  /** Name of a stored split; of one with folds `name/k`: fold k is tested on, the next one chosen by, the others trained on. */
  readonly split: string;
  readonly pairing: Pairing;
};
/** Name of the view that holds the covariates that are numbers. */
export const covariatesView = 'covariates';

/**
 * The cohort. Rows are those of `pairRecords`; subjects that withdrew are in none, subjects in no part of the split only in 'all'.
 * Ids are keys of records: 'anchor' or 'anchor+partner'. Endpoints are targets, see `openTargets`: time runs from
 * the row's first dated record.
 * Errors: E_STORE_SPLIT, E_STORE_FOLD, E_STORE_TABLE; while reading also E_STORE_CHUNK, E_STORE_ROW.
 * @example const cohort = await storeCohort(openStore('cohorts/ukb'), { split: 'default', pairing: { nearest: 90 } });
 */
export async function storeCohort(
  store: Store,
  { split, pairing }: StoreCohortOptions,
): Promise<Cohort> {
  const { manifest } = store;
  const partOf = await openParts(store, split);
  const [subjects, records, visits, dates] = await Promise.all(
    ['subject', 'record', 'visit', 'date'].map((name) => store.column(name)),
  );
  const groups = [...new Set(Object.values(manifest.views).map(({ group }) => group))];
  const present = await Promise.all(
    Object.keys(manifest.views).map((view) => store.column(`${view}.present`)),
  );
  const groupOf = Object.values(manifest.views).map(({ group }) => group);
  const withdrawn = new Set(manifest.withdrawn);
  const kept: number[] = [];
  (subjects ?? []).forEach((subject, row) => {
    if (!withdrawn.has(String(subject))) kept.push(row);
  });
  const pairable = kept.map((row) => ({
    subject: String(subjects?.[row]),
    visit: String(visits?.[row] ?? ''),
    day: dayNumber(String(dates?.[row])) ?? null,
    groups: groups.filter((group) =>
      present.some((of, v) => groupOf[v] === group && of[row] === true),
    ),
  }));
  // Store rows by place in the pair; -1: no record.
  const pairs: PairedRow[] = pairRecords(pairable, groups, pairing).map((pair) =>
    pair.map((i) => (i < 0 ? -1 : (kept[i] as number))),
  );
  const firstOf = (pair: PairedRow) => pair.find((row) => row >= 0) as number;
  const subjectKeys = pairs.map((pair) => String(subjects?.[firstOf(pair)]));
  const numbers = new Map([...new Set(subjectKeys)].sort().map((key, i) => [key, i]));
  const parts = partsOf(subjectKeys, partOf.of);
  const recordOf = (row: number): PairedRow => {
    const pair = pairs[row];
    if (pair === undefined) throw errors.rowOutside(row, pairs.length);
    return pair;
  };

  const covariates = manifest.covariates.filter(({ type }) => type === 'number');
  const views: { [name: string]: ViewSpec } = {};
  for (const [name, { spec }] of Object.entries(manifest.views)) views[name] = spec;
  if (covariates.length > 0) views[covariatesView] = covariateSpec(covariates.map((c) => c.name));
  const targets = await openTargets(store, pairs, parts.train);
  const digest = createHash('sha256')
    .update(canonicalJson([manifest.digest, partOf.identity, pairing, [...withdrawn].sort()]))
    .digest('hex');

  const readOne = async (rows: Int32Array, name: string): Promise<HostMasked> => {
    if (Object.hasOwn(targets, name)) return at(targets, name).read(rows);
    const columns = covariates.map((c) => covariateColumn(c.name));
    if (name === covariatesView && !Object.hasOwn(manifest.views, name)) {
      return readNumbers(store, rows.length === 0 ? [] : Array.from(rows, recordOf), columns);
    }
    if (!Object.hasOwn(manifest.views, name)) {
      at({ ...views, ...targets }, name, 'view or target');
    }
    const place = groups.indexOf(at(manifest.views, name).group);
    return store.read(
      rows.map((row) => recordOf(row)[place] ?? -1),
      name,
    );
  };
  return {
    views,
    targets: Object.fromEntries(
      Object.entries(targets).map(([name, { spec }]): [string, TargetSpec] => [name, spec]),
    ),
    digest,
    rows: async (part) => parts[part].slice(),
    subjects: (rows) =>
      rows.map((row) => numbers.get(String(subjects?.[firstOf(recordOf(row))])) as number),
    ids: (rows) =>
      Array.from(rows, (row) => {
        const keys = recordOf(row).flatMap((i) => (i < 0 ? [] : [String(records?.[i])]));
        return [...new Set(keys)].join('+');
      }),
    read: async (rows, names) => {
      const read: { [name: string]: HostMasked } = {};
      for (const name of names) read[name] = await readOne(rows, name);
      return read;
    },
  };
}

function covariateSpec(names: readonly string[]): ViewSpec {
  return {
    shape: [names.length],
    dtype: 'float32',
    axes: [{ name: 'covariate', labels: names }],
    unit: '',
  };
}

/** Each column of the first record of the row that has a value; present by row and column. */
async function readNumbers(
  store: Store,
  pairs: readonly PairedRow[],
  columns: readonly string[],
): Promise<HostMasked> {
  const cells = await Promise.all(columns.map((name) => store.column(name)));
  const shape = [pairs.length, columns.length];
  const data = new Float32Array(pairs.length * columns.length);
  const present = new Uint8Array(data.length);
  pairs.forEach((pair, i) => {
    cells.forEach((column, k) => {
      const row = pair.find((one) => one >= 0 && column[one] !== null);
      if (row === undefined) return;
      data[i * columns.length + k] = Number(column[row]);
      present[i * columns.length + k] = 1;
    });
  });
  return { values: { shape, data }, present: { shape, data: present } };
}

type Parts = { readonly of: ReadonlyMap<string, Split>; readonly identity: unknown };

/** Train, val or test by subject. Errors: E_STORE_SPLIT, E_STORE_FOLD. */
async function openParts(store: Store, split: string): Promise<Parts> {
  const slash = split.lastIndexOf('/');
  const name = slash < 0 ? split : split.slice(0, slash);
  const partOf = await readSplit(store, name);
  const entry = at(store.manifest.splits, name, 'split');
  const { length } = entry.parts;
  const folds = entry.parts.every((part, i) => part === String(i));
  const fold = slash < 0 ? undefined : Number(split.slice(slash + 1));
  const valid =
    fold === undefined ? !folds : folds && Number.isInteger(fold) && fold >= 0 && fold < length;
  if (!valid) throw errors.foldInvalid(name, fold, folds ? length : 0);
  const splitOf = (part: string): Split => {
    if (fold === undefined) return part as Split;
    if (Number(part) === fold) return 'test';
    return Number(part) === (fold + 1) % length && length > 2 ? 'val' : 'train';
  };
  const of = new Map([...partOf].map(([subject, part]) => [subject, splitOf(part)]));
  return { of, identity: [entry.sha256, fold ?? null] };
}

function partsOf(
  subjects: readonly string[],
  of: ReadonlyMap<string, Split>,
): Record<Split, Int32Array> {
  const all = Int32Array.from(subjects, (_, row) => row);
  const part = (name: Split) => all.filter((row) => of.get(subjects[row] as string) === name);
  return { train: part('train'), val: part('val'), test: part('test'), all };
}

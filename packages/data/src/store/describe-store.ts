/** @file What is in a store, in numbers: counts, missing values, distributions, Table 1 of each part. */
import type { Named } from '@dualbeat/core';
import { readSplit } from '../split/stored-split.ts';
import { findDuplicates } from './duplicates.ts';
import type { Store } from './open-store.ts';
import { covariateColumn, targetColumns } from './table.ts';
import type { Cell } from './types.ts';

export type NumberSummary = {
  readonly n: number;
  readonly missing: number;
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
  /** Counts in equal bins from min to max. */
  readonly bins: readonly number[];
};
export type ColumnSummary = {
  readonly name: string;
  readonly unit: string;
  readonly summary:
    | { readonly kind: 'number'; readonly of: NumberSummary }
    | {
        readonly kind: 'classes';
        readonly n: number;
        readonly missing: number;
        readonly counts: Named<number>;
      };
};
/** One part of a split: subjects, records, and each column there. */
export type PartSummary = {
  readonly part: string;
  readonly subjects: number;
  readonly records: number;
  readonly columns: readonly ColumnSummary[];
};
export type StoreSummary = {
  readonly path: string;
  readonly digest: string;
  readonly rows: number;
  readonly subjects: number;
  readonly withdrawn: number;
  readonly views: Named<{ readonly present: number; readonly missing: number }>;
  readonly flagged: number;
  readonly dates: { readonly from: string; readonly to: string } | null;
  readonly columns: readonly ColumnSummary[];
  /** By split: Table 1. `none`: subjects that came later and are in no part. */
  readonly splits: Named<readonly PartSummary[]>;
  readonly duplicates: number;
};

const binCount = 24;
const classLimit = 10;

/** Rows of subjects who withdrew are left out. */
export async function describeStore(store: Store): Promise<StoreSummary> {
  const { manifest, path } = store;
  const withdrawn = new Set(manifest.withdrawn);
  const subjects = (await store.column('subject')).map(String);
  const rows = subjects.flatMap((subject, row) => (withdrawn.has(subject) ? [] : [row]));
  const columns = await loadColumns(store);
  const views: { [view: string]: { present: number; missing: number } } = {};
  for (const name of Object.keys(manifest.views)) {
    const cells = await store.column(`${name}.present`);
    const present = rows.filter((row) => cells[row] === true).length;
    views[name] = { present, missing: rows.length - present };
  }
  const flags = await store.column('flags');
  const days = await store.column('date');
  const dates = rows.flatMap((row) => (days[row] === null ? [] : [String(days[row])])).sort();
  const splits: { [name: string]: PartSummary[] } = {};
  for (const [name, { parts }] of Object.entries(manifest.splits)) {
    const partOf = await readSplit(store, name);
    splits[name] = [...parts, 'none'].flatMap((part) => {
      const own = rows.filter((row) => (partOf.get(subjects[row] as string) ?? 'none') === part);
      if (part === 'none' && own.length === 0) return [];
      return [
        {
          part,
          subjects: new Set(own.map((row) => subjects[row])).size,
          records: own.length,
          columns: columns.map((column) => summarise(column, own)),
        },
      ];
    });
  }
  return {
    path,
    digest: manifest.digest,
    rows: rows.length,
    subjects: new Set(rows.map((row) => subjects[row])).size,
    withdrawn: withdrawn.size,
    views,
    flagged: rows.filter((row) => flags[row] !== null).length,
    dates: dates.length === 0 ? null : { from: dates[0] as string, to: dates.at(-1) as string },
    columns: columns.map((column) => summarise(column, rows)),
    splits,
    duplicates: (await findDuplicates(store)).length,
  };
}

type Column = { readonly name: string; readonly unit: string; readonly cells: readonly Cell[] };

async function loadColumns({ manifest, column }: Store): Promise<Column[]> {
  const columns: Column[] = [];
  for (const { name, unit } of manifest.covariates) {
    columns.push({ name, unit, cells: await column(covariateColumn(name)) });
  }
  // A target may name its columns like another: each is told once.
  const seen = new Set<string>();
  for (const [target, spec] of Object.entries(manifest.targets)) {
    for (const [i, name] of spec.names.entries()) {
      for (const id of targetColumns(target, name, spec)) {
        const title = id.replace(`target.${target}.`, '');
        if (seen.has(title)) continue;
        seen.add(title);
        const unit = title.endsWith('.event') ? '' : (spec.units[i] ?? '');
        columns.push({ name: title, unit, cells: await column(id) });
      }
    }
  }
  for (const name of manifest.endpoints) {
    columns.push({ name, unit: '', cells: await column(`endpoint.${name}.status`) });
  }
  return columns;
}

function summarise({ name, unit, cells }: Column, rows: readonly number[]): ColumnSummary {
  const there = rows.flatMap((row) => (cells[row] === null ? [] : [cells[row] as Cell]));
  const missing = rows.length - there.length;
  const classes = new Set(cells.filter((cell) => cell !== null));
  const numbers = there.every((cell) => typeof cell === 'number');
  const whole = [...classes].every((cell) => Number.isInteger(cell));
  if (numbers && !(whole && classes.size <= 2)) {
    return {
      name,
      unit,
      summary: { kind: 'number', of: numberSummary(there as number[], missing) },
    };
  }
  const counts: { [value: string]: number } = {};
  for (const cell of there) counts[String(cell)] = (counts[String(cell)] ?? 0) + 1;
  const sorted = Object.entries(counts).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const rest = sorted.slice(classLimit).reduce((sum, [, n]) => sum + n, 0);
  const shown = [...sorted.slice(0, classLimit), ...(rest > 0 ? [['other', rest] as const] : [])];
  return {
    name,
    unit,
    summary: { kind: 'classes', n: there.length, missing, counts: Object.fromEntries(shown) },
  };
}

function numberSummary(values: readonly number[], missing: number): NumberSummary {
  let [min, max, mean, squares, n] = [Infinity, -Infinity, 0, 0, 0];
  for (const value of values) {
    n++;
    min = Math.min(min, value);
    max = Math.max(max, value);
    const change = value - mean;
    mean += change / n;
    squares += change * (value - mean);
  }
  if (n === 0) return { n, missing, mean: 0, std: 0, min: 0, max: 0, bins: [] };
  const bins = new Array<number>(binCount).fill(0);
  for (const value of values) {
    const bin = max > min ? Math.floor(((value - min) / (max - min)) * binCount) : 0;
    const at = Math.min(bin, binCount - 1);
    bins[at] = (bins[at] ?? 0) + 1;
  }
  return { n, missing, mean, std: Math.sqrt(squares / n), min, max, bins };
}

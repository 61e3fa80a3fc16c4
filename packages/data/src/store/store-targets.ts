/** @file Targets of a store's rows: columns of the table, and endpoints as classes and as time to event. */
import type { HostMasked, Named, TargetSpec } from '@dualbeat/core';
import type { Store } from './open-store.ts';
import type { PairedRow } from './pair-records.ts';
import { dayNumber, targetColumns, widthOf } from './table.ts';
import type { Cell } from './types.ts';

export type StoreTarget = {
  readonly spec: TargetSpec;
  read(rows: Int32Array): HostMasked;
};
/** Values by row and column, NaN where missing: numbers of a whole cohort lie beside each other. */
type Values = { readonly width: number; readonly numbers: Float64Array };
type Spec = Omit<TargetSpec, 'mean' | 'std'>;

const daysPerYear = 365.25;

/**
 * Those that the store has, and of its endpoints: `endpoints` and each by its name, binary (had it before or until the end of
 * follow-up); `survival` and `<name>-survival`, [names, 2]: years and 1 for an event, 0 for the end of follow-up, absent where it was
 * there before. Mean and population std are those of the first number of each name over the rows `train` that have it (0 and 1 where
 * none has).
 */
export async function openTargets(
  store: Store,
  pairs: readonly PairedRow[],
  train: Int32Array,
): Promise<Named<StoreTarget>> {
  const targets: { [name: string]: StoreTarget } = {};
  const { endpoints } = store.manifest;
  const [binary, years]: [Values[], Values[]] = [[], []];
  const dates = endpoints.length === 0 ? [] : await store.column('date');
  for (const name of endpoints) {
    const status = await store.column(`endpoint.${name}.status`);
    const ends = await store.column(`endpoint.${name}.date`);
    const classes = status.map((one) => (one === null ? null : Number(one !== 'none')));
    binary.push(valuesOf([classes], pairs));
    years.push(survival(pairs, dates, status, ends));
  }
  const add = (
    name: string,
    type: 'binary' | 'survival',
    names: readonly string[],
    values: Values,
  ) => {
    const shape = type === 'binary' ? [names.length] : [names.length, 2];
    const units = names.map(() => (type === 'binary' ? '' : 'y'));
    targets[name] = targetOf({ shape, dtype: 'float32', type, names, units }, values, train);
  };
  if (endpoints.length > 0) {
    add('endpoints', 'binary', endpoints, beside(binary));
    add('survival', 'survival', endpoints, beside(years));
  }
  endpoints.forEach((name, i) => {
    add(name, 'binary', [name], binary[i] as Values);
    add(`${name}-survival`, 'survival', [name], years[i] as Values);
  });
  for (const [name, spec] of Object.entries(store.manifest.targets)) {
    const ids = spec.names.flatMap((one) => targetColumns(name, one, spec));
    const columns = await Promise.all(ids.map((id) => store.column(id)));
    targets[name] = targetOf(spec, valuesOf(columns, pairs), train);
  }
  return targets;
}

function targetOf(spec: Spec, values: Values, train: Int32Array): StoreTarget {
  const { width, numbers } = values;
  const per = widthOf(spec);
  const names = spec.names.length;
  return {
    spec: { ...spec, ...statistics(values, train, per) },
    read: (rows) => {
      const data = new Float32Array(rows.length * width);
      const present = new Uint8Array(rows.length * names);
      rows.forEach((row, i) => {
        for (let k = 0; k < names; k++) {
          const own = numbers.subarray(row * width + k * per, row * width + (k + 1) * per);
          if (own.some((value) => Number.isNaN(value))) continue;
          data.set(own, i * width + k * per);
          present[i * names + k] = 1;
        }
      });
      return {
        values: { shape: [rows.length, ...spec.shape], data },
        present: { shape: [rows.length, names], data: present },
      };
    },
  };
}

/** Columns of several beside each other. */
function beside(all: readonly Values[]): Values {
  const rows = (all[0]?.numbers.length ?? 0) / (all[0]?.width ?? 1);
  const width = all.reduce((sum, one) => sum + one.width, 0);
  const numbers = new Float64Array(rows * width);
  let at = 0;
  for (const one of all) {
    for (let row = 0; row < rows; row++) {
      numbers.set(one.numbers.subarray(row * one.width, (row + 1) * one.width), row * width + at);
    }
    at += one.width;
  }
  return { width, numbers };
}

/** Of the first record of the row that has the value. */
function valuesOf(columns: readonly (readonly Cell[])[], pairs: readonly PairedRow[]): Values {
  const width = columns.length;
  const numbers = new Float64Array(pairs.length * width).fill(Number.NaN);
  pairs.forEach((pair, i) => {
    columns.forEach((column, k) => {
      const row = pair.find((one) => one >= 0 && column[one] !== null);
      if (row !== undefined) numbers[i * width + k] = Number(column[row]);
    });
  });
  return { width, numbers };
}

function statistics(
  { width, numbers }: Values,
  train: Int32Array,
  per: number,
): { mean: number[]; std: number[] } {
  const mean: number[] = [];
  const std: number[] = [];
  for (let k = 0; k < width; k += per) {
    let [n, average, squares] = [0, 0, 0];
    for (const row of train) {
      const value = numbers[row * width + k] as number;
      if (Number.isNaN(value)) continue;
      n++;
      const change = value - average;
      average += change / n;
      squares += change * (value - average);
    }
    mean.push(average);
    std.push(n > 0 ? Math.sqrt(squares / n) : 1);
  }
  return { mean, std };
}

function survival(
  pairs: readonly PairedRow[],
  dates: readonly Cell[],
  status: readonly Cell[],
  ends: readonly Cell[],
): Values {
  const numbers = new Float64Array(pairs.length * 2).fill(Number.NaN);
  pairs.forEach((pair, i) => {
    const row = pair.find((one) => one >= 0 && status[one] !== null);
    const dated = pair.find((one) => one >= 0 && dates[one] !== null);
    if (row === undefined || dated === undefined || status[row] === 'prevalent') return;
    const from = dayNumber(String(dates[dated]));
    const to = dayNumber(String(ends[row]));
    if (from === undefined || to === undefined || to < from) return;
    numbers[2 * i] = (to - from) / daysPerYear;
    numbers[2 * i + 1] = status[row] === 'event' ? 1 : 0;
  });
  return { width: 2, numbers };
}

/** @file Metric names `<split>/<metric>[.<part>]...` arranged as tables: baselines are columns, parts are rows. */
import type { MetricValue, Named } from '@dualbeat/core';

export type MetricRow = {
  readonly name: string;
  /** By column; what is missing was not measured. */
  readonly values: Named<MetricValue>;
};
/** One table: all whole-split metrics of a split (`metric` is null), or one metric by part. */
export type MetricTable = {
  readonly split: string;
  readonly metric: string | null;
  readonly columns: readonly string[];
  readonly rows: readonly MetricRow[];
};

/** The column of what the trained model gave. */
export const modelColumn = 'model';
const baseline = /^baseline-(.+)$/;

/**
 * Tables in the order of the names: for each split first the whole-split values, then one table per metric with parts.
 * `val/nmse.baseline-regression.V1` is the cell of row V1 and column regression in the table of nmse.
 */
export function metricTables(metrics: Named<MetricValue>): readonly MetricTable[] {
  const cells = Object.entries(metrics).map(([name, value]) => ({ ...parseName(name), value }));
  return unique(cells.map((cell) => cell.split)).flatMap((split) => {
    const own = cells.filter((cell) => cell.split === split);
    const whole = own.filter((cell) => cell.part === null);
    const parted = own.filter((cell) => cell.part !== null);
    const byMetric = unique(parted.map((cell) => cell.metric)).map((metric) =>
      table(
        split,
        metric,
        parted.filter((cell) => cell.metric === metric),
      ),
    );
    return whole.length === 0 ? byMetric : [table(split, null, whole), ...byMetric];
  });
}

type Cell = {
  readonly split: string;
  readonly metric: string;
  readonly column: string;
  readonly part: string | null;
  readonly value: MetricValue;
};

function table(split: string, metric: string | null, cells: readonly Cell[]): MetricTable {
  const rowOf = (cell: Cell) => cell.part ?? cell.metric;
  const rows = unique(cells.map(rowOf)).map((name) => {
    const own = cells.filter((cell) => rowOf(cell) === name);
    return { name, values: Object.fromEntries(own.map((cell) => [cell.column, cell.value])) };
  });
  return { split, metric, columns: unique(cells.map((cell) => cell.column)), rows };
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

function parseName(name: string): Omit<Cell, 'value'> {
  const slash = name.indexOf('/');
  const split = slash < 0 ? '' : name.slice(0, slash);
  const [metric = '', ...rest] = name.slice(slash + 1).split('.');
  const column = rest.map((piece) => baseline.exec(piece)?.[1]).find((c) => c !== undefined);
  const parts = rest.filter((piece) => !baseline.test(piece));
  return {
    split,
    metric,
    column: column ?? modelColumn,
    part: parts.length === 0 ? null : parts.join('.'),
  };
}

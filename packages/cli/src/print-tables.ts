/** @file The whole-split metrics of a run as plain tables; values by part are in the report. */
import type { MetricValue, Named } from '@dualbeat/core';
import { metricTables } from '@dualbeat/report';

export function printTables(metrics: Named<MetricValue>): void {
  for (const { split, metric, columns, rows } of metricTables(metrics)) {
    if (metric !== null) continue;
    const cells = rows.map(({ name, values }) => [name, ...columns.map((c) => text(values[c]))]);
    const table = [[split, ...columns], ...cells];
    const widths = (table[0] as string[]).map((_, i) =>
      Math.max(...table.map((row) => (row[i] ?? '').length)),
    );
    for (const row of table) {
      const line = row.map((cell, i) =>
        i === 0 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number),
      );
      process.stdout.write(`${line.join('  ').trimEnd()}\n`);
    }
    process.stdout.write('\n');
  }
}

function text(value: MetricValue | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'number' ? String(Number(value.toPrecision(4))) : 'undefined';
}

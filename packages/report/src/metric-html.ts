/** @file The metric tables of the report as HTML. */
import type { MetricValue, Named } from '@dualbeat/core';
import { metricTables } from './metric-tables.ts';
import type { MetricRow, MetricTable } from './metric-tables.ts';
import { escapeXml } from './svg.ts';

/** Which end of a metric is good, by its name without split. */
export type Better = Named<'lower' | 'higher'>;

/** All tables; empty text where there is no metric. */
export function metricSections(metrics: Named<MetricValue>, better: Better): string {
  const tables = metricTables(metrics).map((table) => tableHtml(table, better));
  return tables.length === 0 ? '' : `<div class="wide">${tables.join('\n')}</div>`;
}

/** A number for a table: three decimals where that says enough, else three significant digits. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  let text: string;
  if (!Number.isFinite(value) || (Number.isInteger(value) && size < 1e6)) text = String(value);
  else if (size >= 0.1 && size < 1000) text = value.toFixed(3);
  else if (size >= 1e-4 && size < 0.1) text = value.toPrecision(3);
  else if (size >= 1000 && size < 1e6) text = value.toFixed(0);
  else text = value.toExponential(2);
  return text.replaceAll('-', '−');
}

function tableHtml(table: MetricTable, better: Better): string {
  const reasons: string[] = [];
  const head = ['', ...table.columns].map((c) => `<th scope="col">${escapeXml(c)}</th>`).join('');
  const rows = table.rows.map((row) =>
    rowHtml(table, row, better[table.metric ?? row.name], reasons),
  );
  const title = [table.split, table.metric ?? 'whole split'].filter((t) => t !== '').join(' · ');
  const notes = reasons.map(
    (reason, i) => `<div>${mark(i)} not defined: ${escapeXml(reason)}</div>`,
  );
  return `<div class="table"><h3>${escapeXml(title)}</h3>
<table><thead><tr>${head}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table>${notes.length === 0 ? '' : `<div class="notes">${notes.join('')}</div>`}</div>`;
}

function rowHtml(
  table: MetricTable,
  row: MetricRow,
  better: 'lower' | 'higher' | undefined,
  reasons: string[],
): string {
  const best = bestOf(row, better);
  const cells = table.columns.map((column) => {
    const value = row.values[column];
    if (value === undefined) return '<td></td>';
    if (typeof value !== 'number')
      return `<td>– ${mark(indexOf(reasons, value.undefinedBecause))}</td>`;
    return `<td${value === best ? ' class="best"' : ''}>${shortNumber(value)}</td>`;
  });
  return `<tr><th scope="row">${escapeXml(row.name)}</th>${cells.join('')}</tr>`;
}

function bestOf(row: MetricRow, better: 'lower' | 'higher' | undefined): number | undefined {
  const numbers = Object.values(row.values).filter((v) => typeof v === 'number');
  if (better === undefined || numbers.length < 2) return undefined;
  return better === 'lower' ? Math.min(...numbers) : Math.max(...numbers);
}

function indexOf(reasons: string[], reason: string): number {
  const i = reasons.indexOf(reason);
  return i < 0 ? reasons.push(reason) - 1 : i;
}

function mark(i: number): string {
  return `<sup>${i + 1}</sup>`;
}

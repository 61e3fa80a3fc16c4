/** @file `dualbeat data inspect`. */
import { describeStore, openStore } from '@dualbeat/data';
import type { ColumnSummary, PartSummary, Store, StoreSummary } from '@dualbeat/data';
import { say, sayJson } from '../say.ts';
import { drawView, spark } from './data-draw.ts';
import { wholeNumber } from './data-shared.ts';

export type InspectFlags = { readonly preview?: string; readonly json?: boolean };

export async function inspectData(path: string, flags: InspectFlags): Promise<number> {
  const store = openStore(path);
  try {
    const summary = await describeStore(store);
    if (flags.json === true) sayJson(summary);
    else tell(summary, store);
    if (flags.preview !== undefined && flags.json !== true) {
      await preview(store, wholeNumber('--preview', flags.preview, 0));
    }
    return 0;
  } finally {
    store.close();
  }
}

function tell(summary: StoreSummary, { manifest }: Store): void {
  const { rows, subjects, withdrawn, flagged, dates, duplicates } = summary;
  say(
    `${summary.path}: ${rows} records of ${subjects} subjects, digest ${summary.digest.slice(0, 12)}`,
  );
  if (dates !== null) say(`dates ${dates.from} to ${dates.to}`);
  if (withdrawn > 0) say(`${withdrawn} subjects withdrew`);
  if (flagged > 0) say(`${flagged} records have findings (column flags)`);
  if (duplicates > 0) say(`${duplicates} recordings are there under two subjects or more`);
  say('');
  table(
    ['view', 'present', 'missing', 'shape', 'unit', 'stored as'],
    Object.entries(summary.views).map(([name, { present, missing }]) => {
      const view = manifest.views[name];
      const shape = view?.spec.shape.join(' x ') ?? '';
      return [
        name,
        String(present),
        String(missing),
        shape,
        view?.spec.unit ?? '',
        view?.encoding ?? '',
      ];
    }),
  );
  if (summary.columns.length > 0) {
    say('');
    table(
      ['', 'n', 'missing', 'mean (sd) or counts', 'range', ''],
      summary.columns.map(columnCells),
    );
  }
  for (const [name, parts] of Object.entries(summary.splits)) {
    say('');
    tableOne(name, parts);
  }
  if (Object.keys(summary.splits).length === 0) say('\nno split yet: dualbeat data split');
}

function columnCells({ name, unit, summary }: ColumnSummary): string[] {
  const title = unit === '' ? name : `${name} (${unit})`;
  if (summary.kind === 'classes') {
    const { n, missing, counts } = summary;
    const shown = Object.entries(counts).map(([value, count]) => `${value}: ${count}`);
    return [title, String(n), String(missing), shown.join(', '), '', ''];
  }
  const { n, missing, min, max, bins } = summary.of;
  const range = n === 0 ? '' : `${short(min)} to ${short(max)}`;
  return [title, String(n), String(missing), value(summary), range, spark(bins)];
}

/** Table 1: parts side by side; mean (sd), or counts with their share. */
function tableOne(name: string, parts: readonly PartSummary[]): void {
  const rows = [
    ['subjects', ...parts.map(({ subjects }) => String(subjects))],
    ['records', ...parts.map(({ records }) => String(records))],
  ];
  parts[0]?.columns.forEach(({ name: column, unit, summary }, i) => {
    const of = parts.map((part) => part.columns[i]?.summary);
    const title = unit === '' ? column : `${column} (${unit})`;
    if (summary.kind === 'number') rows.push([title, ...of.map((one) => value(one))]);
    else {
      const values = new Set(
        of.flatMap((one) => (one?.kind === 'classes' ? Object.keys(one.counts) : [])),
      );
      for (const one of values) {
        const cell = (part: ColumnSummary['summary'] | undefined) => {
          if (part?.kind !== 'classes') return '';
          const n = part.counts[one] ?? 0;
          return `${n} (${part.n === 0 ? 0 : Math.round((100 * n) / part.n)} %)`;
        };
        rows.push([`${title}: ${one}`, ...of.map(cell)]);
      }
    }
    const lost = of.map((part) =>
      part?.kind === 'number' ? part.of.missing : (part?.missing ?? 0),
    );
    if (lost.some((n) => n > 0)) rows.push(['  missing', ...lost.map(String)]);
  });
  table([`split ${name}`, ...parts.map(({ part }) => part)], rows);
}

function value(summary: ColumnSummary['summary'] | undefined): string {
  if (summary?.kind !== 'number' || summary.of.n === 0) return '';
  return `${short(summary.of.mean)} (${short(summary.of.std)})`;
}

async function preview(store: Store, row: number): Promise<void> {
  for (const [name, { spec }] of Object.entries(store.manifest.views)) {
    const { values, present } = await store.read(Int32Array.of(row), name);
    say('');
    say(`${name} of row ${row}${present.data[0] === 1 ? '' : ': missing'}`);
    if (present.data[0] === 1) for (const line of drawView(spec, values.data)) say(line);
  }
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const all = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...all.map((row) => (row[i] ?? '').length)));
  for (const row of all)
    say(
      row
        .map((cell, i) => cell.padEnd(widths[i] as number))
        .join('  ')
        .trimEnd(),
    );
}
const short = (number: number): string => String(Number(number.toPrecision(4)));

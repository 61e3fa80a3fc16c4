/** @file Which lead stands where on the page. */

/** Rows x columns; +1 is a rhythm strip. auto: the one that shows most. */
export type LayoutName = 'auto' | '3x4+1' | '12x1' | '6x2';
/** A stretch of one lead, in seconds of the record; `at`: where it begins on the page, in seconds of paper. */
export type Cell = {
  readonly lead: number;
  readonly from: number;
  readonly seconds: number;
  readonly at: number;
};
/** Rows from the top, each with its cells from the left. */
export type Layout = readonly (readonly Cell[])[];

const groups = {
  '3x4': [
    ['I', 'II', 'III'],
    ['aVR', 'aVL', 'aVF'],
    ['V1', 'V2', 'V3'],
    ['V4', 'V5', 'V6'],
  ],
  '6x2': [
    ['I', 'II', 'III', 'aVR', 'aVL', 'aVF'],
    ['V1', 'V2', 'V3', 'V4', 'V5', 'V6'],
  ],
} as const;
type Columns = readonly (readonly number[])[];

/** As wide as 10 s at 25 mm/s and a little more; the gap between columns that show the same time. */
const page = { mm: 260, gapMm: 5 };

/**
 * The clinical layouts, over `seconds` of the record. Columns follow one another in time, as on a printed ECG; the
 * rhythm strip of '3x4+1' runs below, lead II or else the first lead. `auto` shows short records whole in every lead: in
 * four columns beside each other where these fit the page, else in two, and else it is '3x4+1'.
 * Columns none of whose leads are there are left out; leads that have no place in the layout (or three leads and fewer, where
 * columns gain nothing) are stacked.
 */
export function layoutOf(
  name: LayoutName,
  labels: readonly string[],
  seconds: number,
  mmPerSecond: number,
): Layout {
  const stacked = labels.map((_, lead) => [{ lead, from: 0, seconds, at: 0 }]);
  const four = columnsOf('3x4', labels);
  const two = columnsOf('6x2', labels);
  if (name === '12x1' || labels.length <= 3 || four.flat().length !== labels.length) return stacked;
  if (name === '6x2') return inTurn(two, seconds);
  if (name === 'auto') {
    const gap = page.gapMm / mmPerSecond;
    const fits = (columns: Columns) =>
      columns.length * (seconds + gap) - gap <= page.mm / mmPerSecond;
    const columns = [four, two].find(fits);
    if (columns !== undefined) return besideEachOther(columns, seconds, gap);
  }
  const rhythm = Math.max(
    0,
    labels.findIndex((label) => same(label, 'II')),
  );
  return [...inTurn(four, seconds), [{ lead: rhythm, from: 0, seconds, at: 0 }]];
}

/** Each column shows the part of the record that follows the column before. */
function inTurn(columns: Columns, seconds: number): Layout {
  const width = seconds / columns.length;
  return rowsOf(columns, (lead, c) => ({ lead, from: c * width, seconds: width, at: c * width }));
}

function besideEachOther(columns: Columns, seconds: number, gap: number): Layout {
  return rowsOf(columns, (lead, c) => ({ lead, from: 0, seconds, at: c * (seconds + gap) }));
}

function rowsOf(columns: Columns, cell: (lead: number, column: number) => Cell): Layout {
  const height = Math.max(...columns.map((column) => column.length));
  return Array.from({ length: height }, (_, row) =>
    columns.flatMap((column, c) => (row < column.length ? [cell(column[row] as number, c)] : [])),
  );
}

/** Indices of the leads by column. */
function columnsOf(name: keyof typeof groups, labels: readonly string[]): Columns {
  const indices = labels.map((_, i) => i);
  return groups[name]
    .map((group) => group.flatMap((label) => indices.filter((i) => same(labels[i], label))))
    .filter((column) => column.length > 0);
}

function same(label: string | undefined, standard: string): boolean {
  return label?.toLowerCase() === standard.toLowerCase();
}

/** @file Which lead stands where on the page. */

export type LayoutName = '3x4+1' | '12x1' | '6x2';
/** A stretch of one lead; times in seconds of the record. */
export type Cell = { readonly lead: number; readonly from: number; readonly seconds: number };
/** Rows from the top, each with its cells from the left. */
export type Layout = readonly (readonly Cell[])[];

const groups = {
  '3x4+1': [
    ['I', 'II', 'III'],
    ['aVR', 'aVL', 'aVF'],
    ['V1', 'V2', 'V3'],
    ['V4', 'V5', 'V6'],
  ],
  '6x2': [
    ['I', 'II', 'III', 'aVR', 'aVL', 'aVF'],
    ['V1', 'V2', 'V3', 'V4', 'V5', 'V6'],
  ],
  '12x1': [],
} as const;

/**
 * The clinical layouts, over `seconds` of the record. Columns follow one another in time, as on a printed ECG; the
 * rhythm strip of '3x4+1' runs below, lead II or else the first lead. Columns none of whose leads are there are left
 * out; leads that have no place in the layout (or three leads and fewer, where columns gain nothing) are stacked.
 */
export function layoutOf(name: LayoutName, labels: readonly string[], seconds: number): Layout {
  const indices = labels.map((_, i) => i);
  const columns = groups[name]
    .map((group) => group.flatMap((label) => indices.filter((i) => same(labels[i], label))))
    .filter((column) => column.length > 0);
  if (columns.flat().length !== labels.length || labels.length <= 3) {
    return indices.map((lead) => [{ lead, from: 0, seconds }]);
  }
  const width = seconds / columns.length;
  const rows = Array.from({ length: Math.max(...columns.map((c) => c.length)) }, (_, row) =>
    columns.map((column, c) => {
      const lead = column[row];
      return lead === undefined ? undefined : { lead, from: c * width, seconds: width };
    }),
  ).map((cells) => cells.filter((cell) => cell !== undefined));
  if (name !== '3x4+1') return rows;
  const two = indices.find((i) => same(labels[i], 'II')) ?? 0;
  return [...rows, [{ lead: two, from: 0, seconds }]];
}

function same(label: string | undefined, standard: string): boolean {
  return label?.toLowerCase() === standard.toLowerCase();
}

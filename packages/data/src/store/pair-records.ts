/** @file How the records of a subject meet in rows: pure functions of the table. */
import { pairingUnknown } from './errors.ts';

/** `nearest`: at most so many days apart. */
export type Pairing = 'same-visit' | 'all' | { readonly nearest: number };
export type PairableRecord = {
  readonly subject: string;
  readonly visit: string;
  /** Days since any one day, null where the date is not known. */
  readonly day: number | null;
  /** Groups of views that the record has. */
  readonly groups: readonly string[];
};
/** Index of the record that gives each group of views, -1 where none does; in the order of the groups. */
export type PairedRow = readonly number[];

/** 'same-visit', 'all', 'nearest: 90' (also 'nearest 90'). Errors: E_STORE_PAIRING. */
export function parsePairing(text: string): Pairing {
  if (text === 'same-visit' || text === 'all') return text;
  const days = /^nearest\s*:?\s*(\d+(?:\.\d+)?)$/.exec(text)?.[1];
  if (days === undefined) throw pairingUnknown(text);
  return { nearest: Number(days) };
}

/**
 * Rows of paired records, by subject in order of first appearance. The first of `groups` that a subject has is its anchor (the
 * ECG): each anchor record is one row (of `all`: one row with each combination of the others). A row takes of every other group
 *   same-visit  the first record of the anchor's visit;
 *   nearest     that of the fewest days from the anchor, if not more than allowed; at equal distance the earlier, then the first.
 *               A record is 0 days from itself; one without date meets none but itself;
 *   all         each one.
 * Records that meet no anchor make rows of their own: for `same-visit` one per visit, for `nearest` one per record of the first
 * group left, with the others as above. So every record that has a group is in a row, unless a nearer one took its place.
 */
export function pairRecords(
  records: readonly PairableRecord[],
  groups: readonly string[],
  pairing: Pairing,
): PairedRow[] {
  const bySubject = new Map<string, number[]>();
  records.forEach(({ subject }, i) => {
    const own = bySubject.get(subject);
    if (own === undefined) bySubject.set(subject, [i]);
    else own.push(i);
  });
  const has = (i: number, group: string) => records[i]?.groups.includes(group) === true;
  const rows: PairedRow[] = [];
  for (const own of bySubject.values()) {
    const of = groups.map((group) => own.filter((i) => has(i, group)));
    if (pairing === 'all') rows.push(...product(of));
    else rows.push(...joined(records, of, pairing));
  }
  return rows;
}

/** Every combination of one record per group; a group without records gives -1. */
function product(of: readonly (readonly number[])[]): number[][] {
  if (of.every((list) => list.length === 0)) return [];
  return of.reduce<number[][]>(
    (rows, list) =>
      rows.flatMap((row) => (list.length === 0 ? [-1] : list).map((i) => [...row, i])),
    [[]],
  );
}

function joined(
  records: readonly PairableRecord[],
  of: readonly (readonly number[])[],
  pairing: Exclude<Pairing, 'all'>,
): number[][] {
  const rows: number[][] = [];
  const used = new Set<string>();
  of.forEach((anchors, group) => {
    for (const anchor of anchors) {
      // A record of a later group that an anchor took needs no row of its own.
      if (used.has(`${group}/${anchor}`)) continue;
      const row = of.map((list, g) => {
        if (g === group) return anchor;
        if (g < group) return -1; // those had their rows
        return partner(records, anchor, list, pairing);
      });
      row.forEach((i, g) => i >= 0 && used.add(`${g}/${i}`));
      // Further records of a visit that has a row already are not told apart from the first.
      if (group > 0 && pairing === 'same-visit' && visitTaken(records, anchor, rows, group))
        continue;
      rows.push(row);
    }
  });
  return rows;
}

function partner(
  records: readonly PairableRecord[],
  anchor: number,
  list: readonly number[],
  pairing: Exclude<Pairing, 'all'>,
): number {
  const from = records[anchor] as PairableRecord;
  if (pairing === 'same-visit') {
    if (list.includes(anchor)) return anchor;
    return list.find((i) => records[i]?.visit === from.visit) ?? -1;
  }
  let best = -1;
  let bestDays = Number.POSITIVE_INFINITY;
  let bestDay = Number.POSITIVE_INFINITY;
  for (const i of list) {
    const day = records[i]?.day ?? null;
    const days =
      i === anchor ? 0 : from.day === null || day === null ? null : Math.abs(day - from.day);
    if (days === null || days > pairing.nearest) continue;
    const at = i === anchor ? Number.NEGATIVE_INFINITY : (day as number);
    if (days < bestDays || (days === bestDays && at < bestDay)) {
      [best, bestDays, bestDay] = [i, days, at];
    }
  }
  return best;
}

/** Whether a row of the same subject and visit has this group already. */
function visitTaken(
  records: readonly PairableRecord[],
  anchor: number,
  rows: readonly (readonly number[])[],
  group: number,
): boolean {
  const { visit } = records[anchor] as PairableRecord;
  return rows.some((row) => {
    const other = row[group] ?? -1;
    return other >= 0 && records[other]?.visit === visit;
  });
}

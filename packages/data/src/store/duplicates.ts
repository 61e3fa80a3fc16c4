/** @file Recordings that are there twice. */
import type { Store } from './open-store.ts';

/** Rows of one view with the same numbers, of two subjects or more. */
export type Duplicate = {
  readonly view: string;
  readonly rows: readonly number[];
  readonly subjects: readonly string[];
};

/** Identical recordings under different subjects: they would leak from train to test. Records whose values are all equal count too. */
export async function findDuplicates(store: Store): Promise<Duplicate[]> {
  const subjects = (await store.column('subject')).map(String);
  const found: Duplicate[] = [];
  for (const view of Object.keys(store.manifest.views)) {
    const rowsOf = new Map<string, number[]>();
    (await store.column(`${view}.digest`)).forEach((digest, row) => {
      if (digest === null) return;
      const own = rowsOf.get(String(digest));
      if (own === undefined) rowsOf.set(String(digest), [row]);
      else own.push(row);
    });
    for (const rows of rowsOf.values()) {
      const of = [...new Set(rows.map((row) => subjects[row] as string))];
      if (of.length > 1) found.push({ view, rows, subjects: of });
    }
  }
  return found;
}

/** A name of the group for every subject that shares a recording with another, through others too. */
export function duplicateGroups(duplicates: readonly Duplicate[]): Map<string, string> {
  const above = new Map<string, string>();
  const top = (subject: string): string => {
    let at = subject;
    for (let next = above.get(at); next !== undefined && next !== at; next = above.get(at))
      at = next;
    return at;
  };
  for (const { subjects } of duplicates) {
    const tops = subjects.map(top).sort();
    for (const one of [...tops, ...subjects]) above.set(one, tops[0] as string);
  }
  return new Map([...above.keys()].map((subject) => [subject, top(subject)]));
}

/** @file Splits in a store: made once, read by every stage. */
import { join } from 'node:path';
import { writeAtomic } from '@dualbeat/runs';
import { makeFolder } from '../make-folder.ts';
import { duplicateGroups, findDuplicates } from '../store/duplicates.ts';
import type { Duplicate } from '../store/duplicates.ts';
import * as errors from '../store/errors.ts';
import { sha256 } from '../store/manifest.ts';
import { openStore, readWhole } from '../store/open-store.ts';
import type { Store } from '../store/open-store.ts';
import type { StoreWriter } from '../store/open-writer.ts';
import { decodeTable, encodeTable } from '../store/table.ts';
import type { Cell } from '../store/types.ts';
import { makeSplit, partNames } from './make-split.ts';
import type { SplitParts, SplitSubject } from './make-split.ts';

export type SplitRecipe = {
  readonly parts: SplitParts;
  readonly seed: number;
  /** Column whose classes (numbers: quarters) every part has its share of: 'target.sick.sick', 'covariate.sex'. */
  readonly stratify?: string;
  /** Column whose subjects stay together: 'covariate.site'. */
  readonly group?: string;
};

/**
 * Makes the split `name` from the recipe and stores it; subjects with identical recordings stay together.
 * `extend`: the split must be there; only subjects that are in no part get one, by the recipe that it was made with.
 * Gives how many subjects were placed, and the duplicates. Errors: E_STORE_SPLIT_EXISTS, E_STORE_SPLIT, E_STORE_COLUMN, E_SPLIT_....
 */
export async function storeSplit(
  path: string,
  writer: StoreWriter,
  name: string,
  recipe: SplitRecipe | 'extend',
): Promise<{ readonly placed: number; readonly duplicates: readonly Duplicate[] }> {
  if (!/^[\w-][\w.-]{0,63}$/.test(name))
    throw errors.schemaRefused(`"${name}" is no name of a split`);
  const store = openStore(path);
  const { splits } = store.manifest;
  const old = Object.hasOwn(splits, name) ? splits[name] : undefined;
  if (old !== undefined && recipe !== 'extend') throw errors.splitExists(name);
  if (old === undefined && recipe === 'extend')
    throw errors.splitMissing(name, Object.keys(splits));
  const use = recipe === 'extend' ? (old?.recipe as SplitRecipe) : recipe;
  const before = old === undefined ? new Map<string, string>() : await readSplit(store, name);
  const { subjects, duplicates } = await splitSubjectsOf(store, use);
  const partOf = makeSplit(subjects, use.parts, use.seed, before);
  const rows = [...partOf].sort(([a], [b]) => (a < b ? -1 : 1));
  const bytes = encodeTable(
    [
      { name: 'subject', type: 'text' },
      { name: 'part', type: 'text' },
    ],
    rows.map(([subject, part]) => ({ subject, part })),
  );
  const hash = sha256(bytes);
  const file = `splits/${name}-${hash.slice(0, 8)}.parquet`;
  makeFolder(join(path, 'splits'));
  await writeAtomic(join(path, file), bytes);
  const entry = {
    file,
    sha256: hash,
    subjects: rows.length,
    parts: partNames(use.parts),
    recipe: use,
  };
  await writer.commit({ splits: { ...splits, [name]: entry } });
  return { placed: rows.length - before.size, duplicates };
}

/** Part by subject key. Errors: E_STORE_SPLIT, E_STORE_TABLE. */
export async function readSplit(store: Store, name: string): Promise<Map<string, string>> {
  const { splits } = store.manifest;
  const entry = Object.hasOwn(splits, name) ? splits[name] : undefined;
  if (entry === undefined) throw errors.splitMissing(name, Object.keys(splits));
  const bytes = readWhole(store.path, entry.file, entry.sha256);
  const columns = await decodeTable(bytes, ['subject', 'part'], entry.subjects).catch(
    (error: unknown) => {
      throw errors.tableCorrupt(entry.file, 'it is no table in Parquet', error);
    },
  );
  const parts = columns.get('part') ?? [];
  return new Map((columns.get('subject') ?? []).map((key, i) => [String(key), String(parts[i])]));
}

async function splitSubjectsOf(
  store: Store,
  { stratify, group }: SplitRecipe,
): Promise<{ subjects: SplitSubject[]; duplicates: Duplicate[] }> {
  const withdrawn = new Set(store.manifest.withdrawn);
  const subjects = (await store.column('subject')).map(String);
  const strata = stratify === undefined ? undefined : classesOf(await store.column(stratify));
  const groups = group === undefined ? undefined : await store.column(group);
  const duplicates = await findDuplicates(store);
  // A group by the recipe and one by a shared recording may touch: they are joined like duplicates.
  const links: Duplicate[] = [...duplicates];
  const byGroup = new Map<string, string>();
  groups?.forEach((cell, row) => {
    if (cell === null) return;
    const subject = subjects[row] as string;
    const first = byGroup.get(String(cell));
    if (first === undefined) byGroup.set(String(cell), subject);
    else if (first !== subject) links.push({ view: '', rows: [row], subjects: [first, subject] });
  });
  const together = duplicateGroups(links);
  const seen = new Map<string, SplitSubject>();
  subjects.forEach((subject, row) => {
    const stratum = strata?.[row];
    const known = seen.get(subject);
    // The first record that has a value decides.
    if (
      withdrawn.has(subject) ||
      (known !== undefined && (known.stratum ?? stratum) === known.stratum)
    )
      return;
    const own = together.get(subject);
    const rest = own === undefined ? {} : { group: own };
    seen.set(subject, { subject, ...rest, ...(stratum === undefined ? {} : { stratum }) });
  });
  return { subjects: [...seen.values()], duplicates };
}

/** Text and few numbers are classes as they are; of many numbers, the quarters. */
function classesOf(cells: readonly Cell[]): (string | undefined)[] {
  const numbers = cells.filter((cell) => typeof cell === 'number').sort((a, b) => a - b);
  if (new Set(numbers).size <= 10)
    return cells.map((cell) => (cell === null ? undefined : String(cell)));
  const cuts = [0.25, 0.5, 0.75].map((at) => numbers[Math.floor(at * numbers.length)] as number);
  return cells.map((cell) =>
    cell === null ? undefined : `quarter ${cuts.filter((cut) => Number(cell) >= cut).length}`,
  );
}

/** @file The writer of a store: one at a time, every append whole or not at all. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { acquireLock, removeTempFiles, writeAtomic } from '@dualbeat/runs';
import type { SiteKey } from '../ids/site-key.ts';
import { makeFolder } from '../make-folder.ts';
import { encodeRecord } from './encode-record.ts';
import * as errors from './errors.ts';
import { readManifest, sha256, storeDigest, writeManifest } from './manifest.ts';
import { chainDigest, openStore } from './open-store.ts';
import { columnsOf, encodeTable } from './table.ts';
import type { EncodedRecord, Manifest, NewRecord, Provenance, TableRow } from './types.ts';
import { writeMetadata } from './write-metadata.ts';
import { writeShards } from './write-shards.ts';

/** Parts of the table before they are made one. */
const maxParts = 24;

export type StoreWriter = {
  manifest(): Manifest;
  /** Whether the store has this record, or its subject withdrew. Ids of the site. */
  has(record: string): boolean;
  withdrew(subject: string): boolean;
  /** A record as `appendEncoded` takes it. Errors: E_STORE_RECORD. */
  encode(record: NewRecord): EncodedRecord;
  /** Encodes and appends. Errors: E_STORE_RECORD, E_STORE_TWICE, and those of writing; the store is then as before. */
  append(records: readonly NewRecord[], note?: Partial<Provenance>): Promise<void>;
  /** The same with records as another store of the same schema and key has them. */
  appendEncoded(records: readonly EncodedRecord[], note?: Partial<Provenance>): Promise<void>;
  /** Replaces the manifest: splits, withdrawals. */
  commit(change: Partial<Manifest>): Promise<void>;
  /** Makes the parts of the table one file. */
  compact(): Promise<void>;
  /** The whole table anew, with its digest; for what erases or corrects cells. */
  replaceTable(rows: readonly TableRow[], rowsDigest: string): Promise<void>;
  /** Gives the lock free. */
  close(): void;
};

/**
 * Takes the lock, mends what a killed writer left (files that do not count are removed) and reads which records are there.
 * Errors: E_STORE_OPEN, E_STORE_MANIFEST, E_STORE_KEY, E_STORE_ERASING, E_RUN_LOCKED.
 */
export async function openWriter(
  path: string,
  key: SiteKey,
  options: { readonly erasing?: boolean; readonly now?: () => Date } = {},
): Promise<StoreWriter> {
  let manifest = readManifest(path); // before the lock: a folder that is no store is left alone
  const lock = acquireLock(path);
  const now = options.now ?? (() => new Date());
  const records = new Set<string>();
  const withdrawn = new Set<string>();
  try {
    manifest = readManifest(path);
    if (manifest.key !== null && manifest.key !== key.fingerprint) throw errors.keyDiffers(path);
    if (manifest.erasing && options.erasing !== true) throw errors.storeErasing(path);
    await mend(path, manifest);
    for (const cell of await openStore(path).column('record')) records.add(String(cell));
    for (const subject of manifest.withdrawn) withdrawn.add(subject);
  } catch (error) {
    lock.release();
    throw error;
  }

  const commit = async (change: Partial<Manifest>) => {
    const next = { ...manifest, ...change };
    const changed = { ...next, digest: storeDigest(next, next.rowsDigest) };
    await writeManifest(path, changed);
    manifest = changed;
    await writeMetadata(path, manifest);
  };
  const writePart = async (first: number, rows: readonly TableRow[]) => {
    const bytes = encodeTable(columnsOf(manifest), rows);
    const hash = sha256(bytes);
    // Its name tells its content: a part that counts is never written over.
    const file = `tables/records-${String(first).padStart(8, '0')}-${hash.slice(0, 8)}.parquet`;
    makeFolder(join(path, 'tables'));
    await writeAtomic(join(path, file), bytes);
    return { file, rows: rows.length, sha256: hash };
  };
  const appendEncoded = async (
    added: readonly EncodedRecord[],
    note: Partial<Provenance> = {},
  ): Promise<void> => {
    if (added.length === 0) return;
    const ids = added.map(({ row }) => String(row['record']));
    const twice = ids.find((id, i) => records.has(id) || ids.indexOf(id) !== i);
    if (twice !== undefined) throw errors.recordTwice(twice);
    await writeShards(path, manifest, added);
    const rows = added.map(({ row }) => row);
    let first = manifest.rows;
    let before = [...manifest.tables];
    let table = rows;
    if (before.length >= maxParts) {
      table = [...(await openStore(path).tableRows()), ...rows];
      first = 0;
      before = [];
    }
    const part = await writePart(first, table);
    const old = manifest.tables;
    await commit({
      rows: manifest.rows + rows.length,
      tables: [...before, part],
      rowsDigest: chainDigest(manifest.rowsDigest, rows),
      key: key.fingerprint,
      provenance: noted(manifest.provenance, rows.length, note, now),
    });
    if (before.length === 0) removeParts(path, old, manifest);
    for (const id of ids) records.add(id);
  };
  return {
    manifest: () => manifest,
    has: (record) => records.has(key.record(record)),
    withdrew: (subject) => withdrawn.has(key.subject(subject)),
    encode: (record) => encodeRecord(record, key, manifest),
    append: async (added, note) => {
      const kept = added.filter(({ subject }) => !withdrawn.has(key.subject(subject)));
      await appendEncoded(
        kept.map((record) => encodeRecord(record, key, manifest)),
        note,
      );
    },
    appendEncoded,
    commit,
    compact: async () => {
      if (manifest.tables.length < 2) return;
      const old = manifest.tables;
      const part = await writePart(0, await openStore(path).tableRows());
      await commit({ tables: [part] });
      removeParts(path, old, manifest);
    },
    replaceTable: async (rows, rowsDigest) => {
      const old = manifest.tables;
      const tables = rows.length === 0 ? [] : [await writePart(0, rows)];
      await commit({ tables, rowsDigest });
      removeParts(path, old, manifest);
    },
    close: () => lock.release(),
  };
}

/** One open, one append. */
export async function appendRecords(
  path: string,
  key: SiteKey,
  records: readonly NewRecord[],
): Promise<Manifest> {
  const writer = await openWriter(path, key);
  try {
    await writer.append(records);
    return writer.manifest();
  } finally {
    writer.close();
  }
}

/** Appends of one source are one entry. */
function noted(
  before: readonly Provenance[],
  rows: number,
  note: Partial<Provenance>,
  now: () => Date,
): Provenance[] {
  const at = now().toISOString();
  const entry = { source: 'append', sourceDigest: null, options: null, ...note, at, rows };
  const last = before.at(-1);
  const same = (key: 'source' | 'sourceDigest' | 'options') =>
    JSON.stringify(last?.[key]) === JSON.stringify(entry[key]);
  if (last === undefined || !same('source') || !same('sourceDigest') || !same('options')) {
    return [...before, entry];
  }
  return [...before.slice(0, -1), { ...entry, rows: last.rows + rows }];
}

/** Removes temporary files and parts that no manifest names, and writes metadata that was not reached. */
async function mend(path: string, manifest: Manifest): Promise<void> {
  const folders = ['tables', 'splits', 'views'].map((name) => join(path, name));
  for (const [name, { spec }] of Object.entries(manifest.views)) {
    const c = join(path, 'views', name, 'c');
    const below = new Array<string>(spec.shape.length - 1).fill('0');
    folders.push(
      join(path, 'views', name),
      ...entriesOf(c).map((shard) => join(c, shard, ...below)),
    );
  }
  folders.filter((folder) => entriesOf(folder).length > 0).forEach(removeTempFiles);
  removeTempFiles(path);
  removeParts(
    path,
    entriesOf(join(path, 'tables')).map((name) => ({ file: `tables/${name}` })),
    manifest,
  );
  await writeMetadata(path, manifest);
}

function removeParts(
  path: string,
  parts: readonly { readonly file: string }[],
  { tables }: Manifest,
): void {
  const counts = new Set(tables.map(({ file }) => file));
  for (const { file } of parts) {
    if (!counts.has(file)) rmSync(join(path, file), { force: true });
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

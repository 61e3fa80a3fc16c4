/** @file Taking subjects out of a store who withdrew their consent. */
import type { SiteKey } from '../ids/site-key.ts';
import { emptyDigest } from './manifest.ts';
import { chainDigest, openStore } from './open-store.ts';
import { openWriter } from './open-writer.ts';
import type { StoreWriter } from './open-writer.ts';
import { columnsOf } from './table.ts';
import type { Cell, Manifest, TableRow } from './types.ts';
import { readChunks, writeShard } from './write-shards.ts';
import { shardKey } from './zarr-metadata.ts';

export type Withdrawn = {
  /** Ids given that are in the store now or were before. */
  readonly subjects: number;
  readonly rows: number;
  /** Keys of the records that are gone, to look for them elsewhere. */
  readonly records: readonly string[];
  /** Digest of the store before. */
  readonly before: string;
};

/**
 * Removes all that the store has of the subjects `ids` (ids of the site): first they count no more, then their cells and chunks are
 * erased. Their keys stay in the manifest, so that later imports skip them; row numbers stay. Interrupted, a second call goes on.
 * Errors: E_STORE_KEY and those of opening and writing.
 */
export async function withdraw(
  path: string,
  key: SiteKey,
  ids: readonly string[],
): Promise<Withdrawn> {
  const writer = await openWriter(path, key, { erasing: true });
  try {
    const before = writer.manifest().digest;
    const keys = [
      ...new Set([...writer.manifest().withdrawn, ...ids.map((id) => key.subject(id))]),
    ];
    await writer.commit({ withdrawn: keys.sort(), erasing: true, key: key.fingerprint });
    const store = openStore(path);
    const gone = new Set(keys);
    const table = await store.tableRows();
    const rows = table.flatMap((row, i) => (gone.has(String(row['subject'])) ? [i] : []));
    const asked = new Set(ids.map((id) => key.subject(id)));
    const mine = rows.filter((i) => asked.has(String(table[i]?.['subject'])));
    const records = mine.map((i) => String(table[i]?.['record'])).filter((id) => !isErased(id));
    await eraseCells(writer, table, rows);
    await eraseChunks(path, writer.manifest(), rows);
    await writer.commit({ erasing: false });
    const subjects = new Set(mine.map((i) => table[i]?.['subject'])).size;
    return { subjects, rows: records.length, records, before };
  } finally {
    writer.close();
  }
}

const isErased = (record: string) => record.startsWith('withdrawn-');

async function eraseCells(
  writer: StoreWriter,
  table: readonly TableRow[],
  rows: readonly number[],
): Promise<void> {
  const manifest = writer.manifest();
  const erased = new Set(rows);
  const names = columnsOf(manifest).map(({ name }) => name);
  const next = table.map((row, i): TableRow => {
    if (!erased.has(i)) return row;
    const cells = names.map((name): [string, Cell] => [
      name,
      name.endsWith('.present') ? false : null,
    ]);
    return {
      ...Object.fromEntries(cells),
      subject: row['subject'] ?? null,
      record: `withdrawn-${i}`,
    };
  });
  await writer.replaceTable(next, chainDigest(emptyDigest, next));
}

async function eraseChunks(
  path: string,
  manifest: Manifest,
  rows: readonly number[],
): Promise<void> {
  const { shardRows } = manifest;
  const shards = new Map<number, number[]>();
  for (const row of rows) {
    const shard = Math.floor(row / shardRows);
    shards.set(shard, [...(shards.get(shard) ?? []), row]);
  }
  for (const [view, { spec }] of Object.entries(manifest.views)) {
    for (const [shard, own] of shards) {
      const key = `views/${view}/${shardKey(shard * shardRows, shardRows, spec.shape.length)}`;
      const chunks = readChunks(path, key, shardRows, shardRows);
      const there = own.filter((row) => (chunks[row % shardRows] ?? null) !== null);
      if (there.length === 0) continue;
      for (const row of there) chunks[row % shardRows] = null;
      await writeShard(path, key, chunks);
    }
  }
}

/** @file Appending chunks to the shards of a store. Rows that counted before keep their bytes. */
import { existsSync, readSync, closeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeAtomic } from '@dualbeat/runs';
import { makeFolder } from '../make-folder.ts';
import * as errors from './errors.ts';
import { openShard } from './open-shards.ts';
import { encodeShard } from './shard.ts';
import type { EncodedRecord, Manifest } from './types.ts';
import { shardKey } from './zarr-metadata.ts';

/** Writes the chunks of `added` as the rows after the last. Each shard is replaced whole. Errors: E_STORE_CHUNK, those of writing. */
export async function writeShards(
  path: string,
  manifest: Manifest,
  added: readonly EncodedRecord[],
): Promise<void> {
  const { rows, shardRows } = manifest;
  const end = rows + added.length;
  for (const [view, { spec }] of Object.entries(manifest.views)) {
    for (let start = rows - (rows % shardRows); start < end; start += shardRows) {
      const key = `views/${view}/${shardKey(start, shardRows, spec.shape.length)}`;
      const old = start < rows ? readChunks(path, key, shardRows, rows - start) : [];
      const chunks = Array.from({ length: shardRows }, (_, i) => {
        if (start + i < rows) return old[i] ?? null;
        return added[start + i - rows]?.views[view]?.bytes ?? null;
      });
      await writeShard(path, key, chunks);
    }
  }
}

export async function writeShard(
  path: string,
  key: string,
  chunks: readonly (Uint8Array | null)[],
): Promise<void> {
  const file = join(path, key);
  // A shard without chunks is no file: so says the format.
  if (chunks.every((chunk) => chunk === null) && !existsSync(file)) return;
  makeFolder(dirname(file));
  await writeAtomic(file, encodeShard(chunks));
}

/** The chunks of the first `count` rows as they are; all null where there is no file. Errors: E_STORE_CHUNK. */
export function readChunks(
  path: string,
  key: string,
  shardRows: number,
  count: number,
): (Uint8Array | null)[] {
  if (!existsSync(join(path, key))) return [];
  const shard = openShard(join(path, key), shardRows);
  if (typeof shard === 'string') throw errors.chunkCorrupt('before these', key, shard);
  try {
    return shard.places.slice(0, count).map((place) => {
      if (place === null) return null;
      const bytes = new Uint8Array(place.length);
      readSync(shard.fd, bytes, 0, bytes.length, place.offset);
      return bytes;
    });
  } finally {
    closeSync(shard.fd);
  }
}

/** @file Reading chunks out of the shards of a store. */
import { closeSync, fstatSync, openSync, read, readSync } from 'node:fs';
import { join } from 'node:path';
import { at } from '@dualbeat/core';
import type { HostArray } from '@dualbeat/core';
import { decodeView } from './encode-view.ts';
import * as errors from './errors.ts';
import { decodeShardIndex, indexBytes } from './shard.ts';
import type { ChunkPlace } from './shard.ts';
import { codeOf } from './stored-columns.ts';
import type { StoredColumns } from './stored-columns.ts';
import type { Manifest } from './types.ts';
import { shardKey } from './zarr-metadata.ts';

type Shard = { readonly fd: number; readonly places: readonly (ChunkPlace | null)[]; uses: number };
type Place = { readonly row: number; readonly i: number };

/** Open files per store and thread; far below the usual limit of 1,024. */
const maxOpen = 96;
/** Reads that the disk is given at once. */
const depth = 4;

export type Shards = {
  /** Each place's row of the view into `data` at `i * size`. Errors: E_STORE_CHUNK. */
  decode(
    view: string,
    places: readonly Place[],
    cells: StoredColumns,
    data: HostArray['data'],
    size: number,
  ): Promise<void>;
  /** The stored bytes of one row, with their checksum tested by the caller's decode. Errors: E_STORE_CHUNK. */
  bytes(view: string, row: number, cells: StoredColumns): Uint8Array;
  close(): void;
};

export function openShards(path: string, manifest: Manifest): Shards {
  const { shardRows, compression } = manifest;
  const open = new Map<string, Shard>();

  const keyOf = (view: string, row: number) => {
    const rank = at(manifest.views, view, 'view').spec.shape.length;
    return `views/${view}/${shardKey(row, shardRows, rank)}`;
  };
  const evict = () => {
    for (const [key, shard] of open) {
      if (open.size <= maxOpen) return;
      if (shard.uses > 0) continue;
      open.delete(key);
      closeSync(shard.fd);
    }
  };
  const shardOf = (key: string, record: string): Shard => {
    const known = open.get(key);
    if (known !== undefined) {
      open.delete(key); // the ones used last stay
      open.set(key, known);
      return known;
    }
    const shard = openShard(join(path, key), shardRows);
    if (typeof shard === 'string') throw errors.chunkCorrupt(record, key, shard);
    open.set(key, shard);
    evict();
    return shard;
  };
  const placeOf = (view: string, row: number, cells: StoredColumns) => {
    const record = String(cells.record[row]);
    const key = keyOf(view, row);
    const shard = shardOf(key, record);
    const place = shard.places[row % shardRows];
    if (place === null || place === undefined) {
      throw errors.chunkCorrupt(record, key, 'it is not there');
    }
    return { record, key, shard, place };
  };

  return {
    decode: async (view, places, cells, data, size) => {
      const { encoding } = at(manifest.views, view, 'view');
      let next = 0;
      const work = async () => {
        let scratch = new ArrayBuffer(0);
        while (next < places.length) {
          const { row, i } = places[next++] as Place;
          const { record, key, shard, place } = placeOf(view, row, cells);
          if (scratch.byteLength < place.length) scratch = new ArrayBuffer(place.length);
          const bytes = new Uint8Array(scratch, 0, place.length);
          shard.uses++;
          try {
            const got = await readAt(shard.fd, bytes, place.offset).catch((error: unknown) => {
              throw errors.chunkCorrupt(record, key, codeOfError(error), error);
            });
            if (got !== bytes.length) throw errors.chunkCorrupt(record, key, 'the file ends early');
          } finally {
            shard.uses--;
          }
          const code = codeOf(cells, row);
          const why = decodeView(bytes, { encoding, compression }, code, data, i * size, size);
          if (why !== undefined) throw errors.chunkCorrupt(record, key, why);
        }
      };
      try {
        await Promise.all(Array.from({ length: Math.min(depth, places.length) }, work));
      } catch (error) {
        next = places.length; // the others stop
        throw error;
      }
    },
    bytes: (view, row, cells) => {
      const { record, key, shard, place } = placeOf(view, row, cells);
      const bytes = new Uint8Array(place.length);
      try {
        if (readSync(shard.fd, bytes, 0, bytes.length, place.offset) === bytes.length) return bytes;
      } catch (error) {
        throw errors.chunkCorrupt(record, key, codeOfError(error), error);
      }
      throw errors.chunkCorrupt(record, key, 'the file ends early');
    },
    close: () => {
      for (const { fd } of open.values()) closeSync(fd);
      open.clear();
    },
  };
}

/** Its descriptor and the places of its chunks; a string says what is wrong. */
export function openShard(file: string, shardRows: number): Shard | string {
  let fd: number | undefined;
  let why = 'the file cannot be read';
  try {
    fd = openSync(file, 'r');
    const { size } = fstatSync(fd);
    const wanted = indexBytes(shardRows);
    const index = Buffer.alloc(Math.min(wanted, size));
    readSync(fd, index, 0, index.length, size - index.length);
    const places = decodeShardIndex(index, shardRows, size);
    if (typeof places !== 'string') return { fd, places, uses: 0 };
    why = places;
  } catch (error) {
    why = codeOfError(error);
  }
  if (fd !== undefined) closeSync(fd);
  return why;
}

function readAt(fd: number, bytes: Uint8Array, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(fd, bytes, 0, bytes.length, position, (error, got) => {
      if (error === null) resolve(got);
      else reject(error);
    });
  });
}

const codeOfError = (error: unknown): string =>
  `the file cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`;

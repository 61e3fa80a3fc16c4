/**
 * @file A shard of Zarr v3 (codec `sharding_indexed`): the chunks of some rows in one file, and at its end their index, uint64
 * pairs (offset, length) with a CRC-32C. A chunk that is not there has both at 2^64 - 1.
 * Specification: zarr-specs, v3, codecs, sharding-indexed v1.0.
 */
import { crc32c } from './crc32c.ts';

export type ChunkPlace = { readonly offset: number; readonly length: number };

const absent = 0xffffffffffffffffn;

/** Bytes of the index of a shard of `rows` chunks. */
export const indexBytes = (rows: number): number => 16 * rows + 4;

/** `chunks`: one per row of the shard, null where there is none. */
export function encodeShard(chunks: readonly (Uint8Array | null)[]): Buffer {
  const index = Buffer.alloc(indexBytes(chunks.length));
  let offset = 0;
  chunks.forEach((chunk, i) => {
    index.writeBigUInt64LE(chunk === null ? absent : BigInt(offset), 16 * i);
    index.writeBigUInt64LE(chunk === null ? absent : BigInt(chunk.length), 16 * i + 8);
    offset += chunk?.length ?? 0;
  });
  index.writeUInt32LE(crc32c(index.subarray(0, -4)), index.length - 4);
  return Buffer.concat([...chunks.filter((chunk) => chunk !== null), index]);
}

/**
 * The places of the chunks, null where there is none; a string says what is wrong with it.
 * `index`: the last `indexBytes(rows)` bytes of a file of `fileBytes`.
 */
export function decodeShardIndex(
  index: Buffer,
  rows: number,
  fileBytes: number,
): (ChunkPlace | null)[] | string {
  if (index.length !== indexBytes(rows)) return 'the file is shorter than its index';
  if (crc32c(index.subarray(0, -4)) !== index.readUInt32LE(index.length - 4)) {
    return 'the index of the file does not have its checksum';
  }
  const end = BigInt(fileBytes - index.length);
  const places: (ChunkPlace | null)[] = [];
  for (let i = 0; i < rows; i++) {
    const offset = index.readBigUInt64LE(16 * i);
    const length = index.readBigUInt64LE(16 * i + 8);
    if (offset === absent && length === absent) places.push(null);
    else if (offset + length > end) return 'the index of the file points beyond its end';
    else places.push({ offset: Number(offset), length: Number(length) });
  }
  return places;
}

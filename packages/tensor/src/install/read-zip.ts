/**
 * @file A streaming reader for zip files (a wheel is one): central directory, stored and deflated members, zip64.
 * Format: PKWARE APPNOTE 6.3.10, sections 4.3 to 4.5. Encryption and multiple disks are refused.
 */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import { wheelCorrupt } from './errors.ts';

export type ZipEntry = {
  readonly name: string;
  /** 0: stored, 8: deflated. */
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly headerOffset: number;
  /** Unix permission bits, 0 where the archive has none. */
  readonly mode: number;
};

export type ZipFile = {
  readonly handle: FileHandle;
  readonly path: string;
  readonly bytes: number;
};

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const DIRECTORY = 0x02014b50;
const LOCAL = 0x04034b50;
const FULL_16 = 0xffff;
const FULL_32 = 0xffffffff;

/** The members of the archive. Error: E_WHEEL_CORRUPT. */
export async function readZipEntries(zip: ZipFile): Promise<readonly ZipEntry[]> {
  const directory = await findDirectory(zip);
  const raw = await readAt(zip, directory.offset, directory.bytes);
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < directory.count; i++) {
    if (at + 46 > raw.length || raw.readUInt32LE(at) !== DIRECTORY) {
      throw wheelCorrupt(zip.path, `its directory breaks off at member ${i} of ${directory.count}`);
    }
    const nameBytes = raw.readUInt16LE(at + 28);
    const extraBytes = raw.readUInt16LE(at + 30);
    const end = at + 46 + nameBytes + extraBytes + raw.readUInt16LE(at + 32);
    if (end > raw.length) throw wheelCorrupt(zip.path, `its directory breaks off at member ${i}`);
    const extra = raw.subarray(at + 46 + nameBytes, at + 46 + nameBytes + extraBytes);
    const wide = zip64Fields(extra);
    const pick = (value: number) => (value === FULL_32 ? (wide.shift() ?? value) : value);
    const bytes = pick(raw.readUInt32LE(at + 24)); // the order of the zip64 fields: size, packed, offset
    const packedBytes = pick(raw.readUInt32LE(at + 20));
    const headerOffset = pick(raw.readUInt32LE(at + 42));
    if (raw.readUInt16LE(at + 8) & 1) throw wheelCorrupt(zip.path, 'it is encrypted');
    entries.push({
      name: raw.toString('utf8', at + 46, at + 46 + nameBytes),
      method: raw.readUInt16LE(at + 10),
      crc: raw.readUInt32LE(at + 16),
      packedBytes,
      bytes,
      headerOffset,
      mode: (raw.readUInt32LE(at + 38) >>> 16) & 0o777,
    });
    at = end;
  }
  return entries;
}

/** Writes one member to the new file `to`, synced to disk; size and CRC-32 are verified. Error: E_WHEEL_CORRUPT. */
export async function unpackEntry(
  zip: ZipFile,
  entry: ZipEntry,
  to: string,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const header = await readAt(zip, entry.headerOffset, 30);
  if (header.readUInt32LE(0) !== LOCAL)
    throw wheelCorrupt(zip.path, `no member where ${entry.name} should be`);
  if (entry.method !== 0 && entry.method !== 8) {
    throw wheelCorrupt(
      zip.path,
      `${entry.name} uses the unknown compression method ${entry.method}`,
    );
  }
  const start = entry.headerOffset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (start + entry.packedBytes > zip.bytes)
    throw wheelCorrupt(zip.path, `${entry.name} is cut off`);
  const hash = createHash('sha256');
  let crc = 0;
  let bytes = 0;
  async function* checked(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      crc = crc32(chunk, crc);
      bytes += chunk.length;
      if (bytes > entry.bytes)
        throw wheelCorrupt(zip.path, `${entry.name} is larger than its directory says`);
      hash.update(chunk);
      yield chunk;
    }
  }
  const packed = packedBytesOf(zip, start, entry.packedBytes);
  const file = createWriteStream(to, {
    flags: 'wx',
    mode: entry.mode || 0o644,
    flush: true,
    highWaterMark: 1 << 20,
  });
  try {
    if (entry.method === 0) await pipeline(packed, checked, file);
    else await pipeline(packed, createInflateRaw({ chunkSize: 1 << 18 }), checked, file);
  } catch (error) {
    const code = (error as { code?: string }).code ?? '';
    if (!code.startsWith('Z_')) throw error;
    throw wheelCorrupt(zip.path, `${entry.name} cannot be decompressed (${code})`, error);
  }
  if (bytes !== entry.bytes)
    throw wheelCorrupt(zip.path, `${entry.name} has ${bytes} of ${entry.bytes} bytes`);
  if (crc !== entry.crc) throw wheelCorrupt(zip.path, `${entry.name} has a wrong CRC-32`);
  return { bytes, sha256: hash.digest('hex') };
}

async function* packedBytesOf(zip: ZipFile, start: number, bytes: number): AsyncGenerator<Buffer> {
  const end = start + bytes;
  for (let at = start; at < end; at += 1 << 20)
    yield await readAt(zip, at, Math.min(1 << 20, end - at));
}

async function findDirectory(
  zip: ZipFile,
): Promise<{ offset: number; bytes: number; count: number }> {
  const tailBytes = Math.min(zip.bytes, 22 + FULL_16);
  const tail = await readAt(zip, zip.bytes - tailBytes, tailBytes);
  let at = tail.length - 22;
  while (at >= 0 && tail.readUInt32LE(at) !== END) at--;
  if (at < 0)
    throw wheelCorrupt(zip.path, 'it has no end-of-directory record (cut off, or not a zip file)');
  let count = tail.readUInt16LE(at + 10);
  let bytes = tail.readUInt32LE(at + 12);
  let offset = tail.readUInt32LE(at + 16);
  if ((count === FULL_16 || bytes === FULL_32 || offset === FULL_32) && at >= 20) {
    if (tail.readUInt32LE(at - 20) !== LOCATOR_64)
      throw wheelCorrupt(zip.path, 'its zip64 locator is missing');
    const end = await readAt(zip, wide(tail, at - 20 + 8), 56);
    if (end.readUInt32LE(0) !== END_64) throw wheelCorrupt(zip.path, 'its zip64 record is missing');
    count = wide(end, 32);
    bytes = wide(end, 40);
    offset = wide(end, 48);
  }
  if (offset + bytes > zip.bytes) throw wheelCorrupt(zip.path, 'its directory lies past its end');
  return { offset, bytes, count };
}

/** The 64-bit values of the zip64 extra field (id 1), in order. */
function zip64Fields(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    const end = Math.min(extra.length, at + 4 + extra.readUInt16LE(at + 2));
    const values: number[] = [];
    for (let field = at + 4; field + 8 <= end; field += 8) values.push(wide(extra, field));
    return values;
  }
  return [];
}

function wide(from: Buffer, at: number): number {
  return Number(from.readBigUInt64LE(at));
}

async function readAt(zip: ZipFile, offset: number, bytes: number): Promise<Buffer> {
  const into = Buffer.allocUnsafe(bytes);
  let done = 0;
  while (done < bytes) {
    const { bytesRead } = await zip.handle.read(into, done, bytes - done, offset + done);
    if (bytesRead === 0) throw wheelCorrupt(zip.path, 'it is cut off');
    done += bytesRead;
  }
  return into;
}

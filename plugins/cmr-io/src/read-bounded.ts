/** @file Reading a whole file of a bounded size. */
import { open } from 'node:fs/promises';
import * as errors from './errors.ts';

/** Errors: E_CMR_READ, E_CMR_EMPTY, E_CMR_LIMIT. */
export async function readBounded(path: string, most: number): Promise<Uint8Array> {
  const { bytes, size, isFile } = await readUpTo(path, most).catch((error: unknown) => {
    throw errors.unreadable(path, error);
  });
  if (!isFile) throw errors.unreadable(path, undefined);
  if (size > most) throw errors.limit(path, `${size} bytes`, `${most} bytes`);
  if (bytes.length === 0) throw errors.empty(path);
  return bytes;
}

async function readUpTo(path: string, most: number) {
  const file = await open(path, 'r');
  try {
    const found = await file.stat();
    const nothing = { bytes: new Uint8Array(), size: found.size, isFile: found.isFile() };
    if (!nothing.isFile || found.size > most) return nothing;
    const bytes = new Uint8Array(found.size);
    let done = 0;
    while (done < bytes.length) {
      const { bytesRead } = await file.read(bytes, done, bytes.length - done, done);
      if (bytesRead === 0) break; // shrunk since
      done += bytesRead;
    }
    return { ...nothing, bytes: bytes.subarray(0, done) };
  } finally {
    await file.close();
  }
}

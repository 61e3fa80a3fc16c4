/** @file The digest of a cohort: what its rows are made of. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { atOnce } from './at-once.ts';
import * as errors from './errors.ts';

export type RecordFiles = { readonly id: string; readonly files: readonly string[] };

const FILES_AT_ONCE = 8;

/**
 * SHA-256 hex over id, name, size and content hash of each file, by id and name: the same wherever the root lies. With `header`
 * only the first file of a record is hashed, of the others name and size count. Error: E_FILES_READ.
 */
export async function digestOf(
  records: readonly RecordFiles[],
  cover: 'content' | 'header',
): Promise<string> {
  const lines: string[][] = records.map(() => []);
  await atOnce(records.length, FILES_AT_ONCE, async (i) => {
    const { id, files } = records[i] as RecordFiles;
    for (const [n, file] of files.entries()) {
      const hash = cover === 'content' || n === 0 ? await hashOf(file, id) : '';
      lines[i]?.push([id, basename(file), await sizeOf(file, id), hash].join('\0'));
    }
  });
  const sorted = lines.flat().sort((a, b) => (a < b ? -1 : 1));
  return createHash('sha256').update(sorted.join('\n')).digest('hex');
}

async function hashOf(path: string, id: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash).catch((error: unknown) => {
    throw errors.fileUnreadable(id, error);
  });
  return hash.digest('hex');
}

async function sizeOf(path: string, id: string): Promise<number> {
  const { size } = await stat(path).catch((error: unknown) => {
    throw errors.fileUnreadable(id, error);
  });
  return size;
}

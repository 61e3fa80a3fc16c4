/** @file Checking every byte of a store. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isCoded } from '@dualbeat/core';
import { readSplit } from '../split/stored-split.ts';
import { chunkCorrupt } from './errors.ts';
import { arrayFor, decodeView, digestOfStored, encodedBytes, sizeOf } from './encode-view.ts';
import { emptyDigest } from './manifest.ts';
import { chainDigest } from './open-store.ts';
import type { Store } from './open-store.ts';
import { arrayMetadata } from './zarr-metadata.ts';

export type Problem = {
  readonly code: string;
  /** Key of the record, where it is one. */
  readonly record: string | null;
  readonly message: string;
};
export type Verified = {
  readonly records: number;
  readonly chunks: number;
  readonly problems: readonly Problem[];
};

/**
 * Reads all tables, splits and chunks and compares them with their checksums and digests. What is wrong is listed, not thrown.
 * `onProgress`: after each record.
 */
export async function verifyStore(
  store: Store,
  onProgress: (done: number, of: number) => void = () => undefined,
): Promise<Verified> {
  const { manifest, path } = store;
  const problems: Problem[] = [];
  const tell = (error: unknown, record: string | null) => {
    if (!isCoded(error)) throw error;
    problems.push({ code: error.code, record, message: error.message });
  };
  const problem = (code: string, record: string | null, message: string) =>
    problems.push({ code, record, message: `${code}: ${message}.` });
  let chunks = 0;
  try {
    const rows = await store.tableRows();
    if (chainDigest(emptyDigest, rows) !== manifest.rowsDigest) {
      problem(
        'E_STORE_DIGEST',
        null,
        'the rows of the table do not have the digest of the manifest',
      );
    }
  } catch (error) {
    tell(error, null);
    return { records: manifest.rows, chunks, problems };
  }
  for (const name of Object.keys(manifest.splits)) {
    await readSplit(store, name).catch((error: unknown) => tell(error, null));
  }
  for (const [name, view] of Object.entries(manifest.views)) {
    const file = join(path, 'views', name, 'zarr.json');
    const want = arrayMetadata(name, view, manifest, manifest.rows);
    if (!existsSync(file) || readFileSync(file, 'utf8') !== want) {
      const text = `views/${name}/zarr.json is not what the manifest says: other programs may see other rows; the next import mends it`;
      problem('E_STORE_METADATA', null, text);
    }
  }
  const records = await store.column('record');
  for (let row = 0; row < manifest.rows; row++) {
    for (const [name, { spec, encoding }] of Object.entries(manifest.views)) {
      const record = String(records[row]);
      try {
        const stored = await store.readStored(row, name);
        if (stored === null) continue;
        chunks++;
        const size = sizeOf(spec.shape);
        const { compression } = manifest;
        const out = arrayFor(spec, 1);
        const wrong = decodeView(stored.bytes, { encoding, compression }, stored, out, 0, size);
        const length = encodedBytes(spec, encoding);
        const digest = digestOfStored(stored.bytes, compression, stored.scale, length);
        const why = wrong ?? (digest === stored.digest ? undefined : 'it does not have its digest');
        if (why !== undefined) tell(chunkCorrupt(record, `views/${name}`, why), record);
      } catch (error) {
        tell(error, record);
      }
    }
    onProgress(row + 1, manifest.rows);
  }
  return { records: manifest.rows, chunks, problems };
}

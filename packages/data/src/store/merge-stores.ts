/** @file Stores of several imports (job arrays) to one. */
import { canonicalJson } from '@dualbeat/core';
import type { SiteKey } from '../ids/site-key.ts';
import { createStore } from './create-store.ts';
import * as errors from './errors.ts';
import { readManifest } from './manifest.ts';
import { openStore } from './open-store.ts';
import type { Store } from './open-store.ts';
import { openWriter } from './open-writer.ts';
import type { EncodedRecord, EncodedView, Manifest } from './types.ts';

/**
 * Appends the records of `sources`, in their order, to the store in `path`, which is made where it is not there. Bytes are copied, not
 * encoded again. A record that is there already is left out; who withdrew from one of them is in none. Splits are not taken over.
 * Errors: E_STORE_MERGE, E_STORE_KEY, E_STORE_CHUNK and those of writing.
 */
export async function mergeStores(
  path: string,
  sources: readonly string[],
  key: SiteKey,
  onProgress: (done: number, of: number) => void = () => undefined,
): Promise<{ readonly manifest: Manifest; readonly added: number; readonly skipped: number }> {
  const stores = sources.map((source) => openStore(source));
  const [first] = stores;
  if (first === undefined) throw errors.mergeDiffers(path, 'no store to merge was given');
  for (const store of stores) {
    const why = difference(first.manifest, store.manifest, key);
    if (why !== undefined) throw errors.mergeDiffers(store.path, why);
  }
  const { views, targets, covariates, endpoints, shardRows, compression } = first.manifest;
  const there = await exists(path);
  if (there) {
    const why = difference(first.manifest, readManifest(path), key);
    if (why !== undefined) throw errors.mergeDiffers(path, why);
  } else {
    const specs = Object.entries(views).map(([name, { spec }]) => [name, spec] as const);
    const pick = <K extends 'encoding' | 'group'>(of: K) =>
      Object.fromEntries(Object.entries(views).map(([name, view]) => [name, view[of]]));
    await createStore(path, {
      views: Object.fromEntries(specs),
      targets,
      covariates,
      endpoints,
      shardRows,
      compression,
      encodings: pick('encoding'),
      groups: pick('group'),
      preprocessing: first.manifest.preprocessing,
    });
  }
  const writer = await openWriter(path, key);
  let [added, skipped, done] = [0, 0, 0];
  const total = stores.reduce((sum, { manifest }) => sum + manifest.rows, 0);
  try {
    const withdrawn = new Set(
      [writer.manifest(), ...stores.map((s) => s.manifest)].flatMap((m) => m.withdrawn),
    );
    const records = new Set((await openStore(path).column('record')).map(String));
    await writer.commit({ withdrawn: [...withdrawn].sort() });
    for (const store of stores) {
      const rows = await store.tableRows();
      for (let start = 0; start < rows.length;) {
        // To the end of a shard of the store that is made: each is then written once.
        const end = Math.min(rows.length, start + shardRows - (writer.manifest().rows % shardRows));
        const batch: EncodedRecord[] = [];
        for (let row = start; row < end; row++) {
          const cells = rows[row] as EncodedRecord['row'];
          const record = String(cells['record']);
          if (records.has(record) || withdrawn.has(String(cells['subject']))) skipped++;
          else batch.push({ row: cells, views: await storedViews(store, row) });
          records.add(record);
        }
        await writer.appendEncoded(batch, { source: 'merge', sourceDigest: store.manifest.digest });
        added += batch.length;
        done += end - start;
        start = end;
        onProgress(done, total);
      }
      store.close();
    }
    await writer.compact();
    return { manifest: writer.manifest(), added, skipped };
  } finally {
    writer.close();
  }
}

async function storedViews(
  store: Store,
  row: number,
): Promise<{ readonly [view: string]: EncodedView }> {
  const views: { [view: string]: EncodedView } = {};
  for (const name of Object.keys(store.manifest.views)) {
    const stored = await store.readStored(row, name);
    if (stored !== null) views[name] = stored;
  }
  return views;
}

function difference(a: Manifest, b: Manifest, key: SiteKey): string | undefined {
  const names = [
    'views',
    'targets',
    'covariates',
    'endpoints',
    'compression',
    'preprocessing',
  ] as const;
  const other = names.find((name) => canonicalJson(a[name]) !== canonicalJson(b[name]));
  if (other !== undefined) return `its ${other} are others`;
  return b.key === null || b.key === key.fingerprint
    ? undefined
    : 'its ids were made with another site key';
}

async function exists(path: string): Promise<boolean> {
  try {
    readManifest(path);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'E_STORE_OPEN') return false;
    throw error;
  }
}

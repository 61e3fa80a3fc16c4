/** @file Batch source of our side: rows of the store as they are. */
import { openStore } from '@dualbeat/data';
import type { BatchSource } from '@dualbeat/data';

/** `file:` URL for `openLoader`. */
export const storeSourceModule = import.meta.url;

export default async function makeStoreSource(path: string): Promise<BatchSource> {
  const store = openStore(path);
  const names = Object.keys(store.manifest.views);
  const records = await store.column('record');
  return {
    read: async (rows) => {
      const read = await Promise.all(names.map((name) => store.read(rows, name)));
      return {
        views: Object.fromEntries(names.map((name, i) => [name, read[i] as (typeof read)[number]])),
        targets: {},
        subject: rows.slice(),
        ids: Array.from(rows, (row) => String(records[row])),
      };
    },
  };
}

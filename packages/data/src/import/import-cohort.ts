/** @file Import: reads any cohort and appends its records to a store; stopped and started again it goes on. */
import { join } from 'node:path';
import { canonicalJson, isCoded } from '@dualbeat/core';
import { writeAtomic } from '@dualbeat/runs';
import type { SiteKey } from '../ids/site-key.ts';
import { redact } from '../ids/redact.ts';
import { openLoader } from '../loader.ts';
import { createStore, schemaOf } from '../store/create-store.ts';
import type { StoreOptions } from '../store/create-store.ts';
import * as errors from '../store/errors.ts';
import { readManifest } from '../store/manifest.ts';
import { openWriter } from '../store/open-writer.ts';
import type { EncodedRecord, Manifest } from '../store/types.ts';
import type { ImportSource, RejectedRecord, SourceSpec } from './import-source.ts';
import { factsOf, recordOf, storeOptionsOf } from './import-records.ts';
import { openSource } from './open-source.ts';
import { readSourceModule } from './read-source.ts';

export type ImportOptions = {
  /** The store: made where it is not there. */
  readonly path: string;
  readonly key: SiteKey;
  readonly source: SourceSpec;
  /** Threads that read; 0: in this process. */
  readonly workers: number;
  /** Part `index` (from 1) of `of` parts of the rows: for job arrays, each into a store of its own. */
  readonly shard?: { readonly index: number; readonly of: number };
  /** Of a store that is made now. */
  readonly store?: Pick<StoreOptions, 'compression' | 'encodings' | 'shardRows'> & {
    /** Every bit of the numbers: no view is int16. */
    readonly float32?: boolean;
  };
  /** The site's ids in the report that is given (never in the one that is stored). */
  readonly showIds?: boolean;
  readonly onProgress?: (at: ImportProgress) => void;
  /** Ends after the records that are being read. */
  readonly signal?: AbortSignal;
};
export type ImportProgress = {
  readonly done: number;
  readonly of: number;
  readonly imported: number;
  readonly rejected: number;
};
export type ImportReport = {
  readonly rows: number;
  readonly imported: number;
  /** In the store from before. */
  readonly there: number;
  /** Their subjects withdrew. */
  readonly withdrawn: number;
  readonly rejected: readonly RejectedRecord[];
  readonly finished: boolean;
  readonly manifest: Manifest;
};

/** Rows that a thread reads at once. */
const batchRows = 8;
export const rejectedFile = 'rejected.jsonl';

/**
 * Reads what the store does not have and appends it, a shard at a time; every append is whole or not at all. Records that cannot be
 * read or do not fit are reported with the reason, also in `rejected.jsonl` of the store, there under their keys.
 * Errors: those of the plugins and the source, E_STORE_SCHEMA, E_STORE_KEY, E_RUN_LOCKED, and those of writing.
 */
export async function importCohort(options: ImportOptions): Promise<ImportReport> {
  const { path, key, source: spec, workers, signal } = options;
  const { source, host } = await openSource(spec);
  try {
    await prepareStore(options, source);
    const writer = await openWriter(path, key);
    try {
      const found = await wantedRows(source, options.shard);
      const facts = await factsOf(source, found);
      const wanted: number[] = [];
      let [there, withdrawn] = [0, 0];
      source.ids(found).forEach((id, i) => {
        if (writer.has(id)) there++;
        else if (writer.withdrew(facts.of(found[i] as number).subject)) withdrawn++;
        else wanted.push(found[i] as number);
      });
      const rejected = new Map<string, RejectedRecord>();
      const note = { source: spec.use, sourceDigest: source.digest, options: spec.options };
      const { shardRows } = writer.manifest();
      const order = Int32Array.from(wanted);
      let pending: EncodedRecord[] = [];
      let [done, imported] = [0, 0];
      const reject = (id: string, subject: string, code: string, message: string) => {
        const shown = redact(message, [id, subject], key.record(id));
        rejected.set(id, { id, code, message: options.showIds === true ? message : shown });
      };
      const flush = async () => {
        await writer.appendEncoded(pending, note);
        imported += pending.length;
        pending = [];
      };
      const loader = await openLoader({
        source: { module: readSourceModule, init: spec },
        workers,
        prefetch: 2 * Math.max(1, workers),
        corrupt: { policy: 'skip', maxPercent: 100 },
        stall: { noticeMs: 8000, hangMs: 600_000 },
      });
      try {
        const plan = { order, batchSize: batchRows, dropRemainder: false, seed: 0, epoch: 0 };
        for await (const batch of loader.batches({ ...plan, mode: 'eval' })) {
          const failed = new Map((batch.failures ?? []).map((one) => [one.position, one]));
          const rows = order.subarray(batch.index * batchRows, (batch.index + 1) * batchRows);
          for (const [position, row] of rows.entries()) {
            const id = batch.ids[position] as string;
            const { subject } = facts.of(row);
            const failure = failed.get(position);
            if (failure !== undefined) {
              reject(id, subject, failure.code, failure.message ?? failure.code);
              continue;
            }
            try {
              pending.push(writer.encode(recordOf(source, batch, position, id, facts.of(row))));
            } catch (error) {
              if (!isCoded(error)) throw error;
              reject(id, subject, error.code, error.message);
            }
            if ((writer.manifest().rows + pending.length) % shardRows === 0) await flush();
          }
          done += rows.length;
          options.onProgress?.({ done, of: order.length, imported, rejected: rejected.size });
          if (signal?.aborted === true) break;
        }
      } finally {
        await loader.close();
      }
      await flush();
      const finished = done === order.length;
      if (finished) await writer.compact();
      for (const { id, code, message } of source.rejected?.() ?? []) {
        if (!rejected.has(id)) reject(id, id, code, message);
      }
      const list = [...rejected.values()];
      await writeRejected(path, key, list);
      const shown = list.map((one) =>
        options.showIds === true ? one : { ...one, id: key.record(one.id) },
      );
      const manifest = writer.manifest();
      return {
        rows: found.length,
        imported,
        there,
        withdrawn,
        rejected: shown,
        finished,
        manifest,
      };
    } finally {
      writer.close();
    }
  } finally {
    host.close();
  }
}

/** Makes the store, or sees that the one that is there fits; how it stores its numbers stays. Errors: E_STORE_SCHEMA. */
async function prepareStore(
  { path, store = {}, source: spec }: ImportOptions,
  source: ImportSource,
): Promise<void> {
  const preprocessing = { source: spec.use, options: spec.options };
  const own = { ...storeOptionsOf(source), preprocessing };
  const { float32, ...rest } = store;
  const exact = Object.entries(own.views).filter(([, { dtype }]) => dtype === 'float32');
  const encodings = Object.fromEntries(exact.map(([name]) => [name, 'float32' as const]));
  const asked = { ...(float32 === true ? { encodings } : {}), ...rest };
  let manifest: Manifest;
  try {
    manifest = readManifest(path);
  } catch (error) {
    if ((error as { code?: string }).code !== 'E_STORE_OPEN') throw error;
    await createStore(path, { ...own, ...asked });
    return;
  }
  const { shardRows, compression, views } = manifest;
  const there = Object.entries(views).map(([name, { encoding }]) => [name, encoding] as const);
  const before = { shardRows, compression, encodings: Object.fromEntries(there) };
  const now = schemaOf({ ...own, ...before, ...asked });
  for (const what of ['views', 'targets', 'covariates', 'endpoints', 'compression'] as const) {
    if (canonicalJson(now[what]) !== canonicalJson(manifest[what])) {
      throw errors.schemaDiffers(path, `its ${what} are others`);
    }
  }
}

async function wantedRows(
  source: ImportSource,
  shard: ImportOptions['shard'],
): Promise<Int32Array> {
  const all = await source.rows('all');
  if (shard === undefined) return all;
  const cut = (i: number) => Math.floor((i * all.length) / shard.of);
  return all.slice(cut(shard.index - 1), cut(shard.index));
}

/** One line per record, under its key: never an id of the site. */
async function writeRejected(path: string, key: SiteKey, list: readonly RejectedRecord[]) {
  const lines = list.map(({ id, code, message }) => {
    const record = key.record(id);
    return `${JSON.stringify({ record, code, why: redact(message, [id], record) })}\n`;
  });
  await writeAtomic(join(path, rejectedFile), lines.join(''));
}

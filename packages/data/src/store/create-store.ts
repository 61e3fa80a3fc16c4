/** @file Making an empty store. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Named, ViewSpec } from '@dualbeat/core';
import { makeFolder } from '../make-folder.ts';
import { checkSchema } from './check-manifest.ts';
import * as errors from './errors.ts';
import { emptyDigest, storeDigest, writeManifest } from './manifest.ts';
import type {
  CovariateSpec,
  Encoding,
  Manifest,
  StoredTarget,
  StoredView,
  StoreSchema,
} from './types.ts';
import { writeMetadata } from './write-metadata.ts';

export type StoreOptions = {
  readonly views: Named<ViewSpec>;
  readonly targets?: Named<StoredTarget>;
  readonly covariates?: readonly CovariateSpec[];
  readonly endpoints?: readonly string[];
  /** By view; absent: `int16` with a scale per record for float32 views. */
  readonly encodings?: Named<Encoding>;
  /** Group by view; absent: views with axes of the same names are of one group. */
  readonly groups?: Named<string>;
  /** Records per file. Absent: 128. */
  readonly shardRows?: number;
  /** Absent: none; reading is then ten times as fast. */
  readonly compression?: StoreSchema['compression'];
  /** What was done to the records before they come here; kept as it is. */
  readonly preprocessing?: unknown;
};

/** The schema that `options` mean. Errors: E_STORE_SCHEMA. */
export function schemaOf(options: StoreOptions): StoreSchema {
  const { views, encodings = {}, groups = {} } = options;
  const schema: StoreSchema = {
    views: Object.fromEntries(
      Object.entries(views).map(([name, spec]): [string, StoredView] => {
        const encoding = encodings[name] ?? defaultEncoding(spec);
        const group = groups[name] ?? spec.axes.map((axis) => axis.name).join('-');
        return [name, { spec, encoding, group }];
      }),
    ),
    targets: options.targets ?? {},
    covariates: options.covariates ?? [],
    endpoints: options.endpoints ?? [],
    shardRows: options.shardRows ?? 128,
    compression: options.compression ?? 'none',
  };
  const why = checkSchema(schema);
  if (why !== undefined) throw errors.schemaRefused(why);
  return schema;
}

const defaultEncoding = ({ dtype }: ViewSpec): Encoding => {
  if (dtype === 'float32') return 'int16';
  return dtype === 'int32' ? 'int32' : 'uint8';
};

/**
 * Makes an empty store in `path`, an empty or missing folder. Errors: E_STORE_EXISTS, E_STORE_SCHEMA, and those of writing.
 * @example await createStore('cohorts/ludb', { views: { ecg } });
 */
export async function createStore(path: string, options: StoreOptions): Promise<Manifest> {
  const schema = schemaOf(options);
  if (existsSync(path) && readdirSync(path).some((name) => name !== 'lock.json')) {
    throw errors.storeExists(path);
  }
  for (const folder of ['views', 'tables', 'splits']) makeFolder(join(path, folder));
  const manifest: Manifest = {
    ...schema,
    dualbeatStore: 1,
    rows: 0,
    tables: [],
    rowsDigest: emptyDigest,
    digest: storeDigest(schema, emptyDigest),
    splits: {},
    withdrawn: [],
    erasing: false,
    key: null,
    provenance: [],
    preprocessing: options.preprocessing ?? null,
  };
  await writeMetadata(path, manifest);
  await writeManifest(path, manifest);
  return manifest;
}

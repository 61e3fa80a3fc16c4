/** @file What a cohort store holds: its manifest, its records. Types only. */
import type { HostArray, Named, TargetSpec, ViewSpec } from '@dualbeat/core';

/** How the numbers of a view lie on disk. `int16` has one scale per record: value = stored x scale. */
export type Encoding = 'int16' | 'float32' | 'int32' | 'uint8';
export type Compression = 'none' | 'gzip';

export type StoredView = {
  readonly spec: ViewSpec;
  readonly encoding: Encoding;
  /** Views of one group (ED and ES) come from one record; pairing joins groups. */
  readonly group: string;
};
/** A target without mean and std: those are computed from the training part of the split that is in use. */
export type StoredTarget = Omit<TargetSpec, 'mean' | 'std'>;
export type CovariateSpec = {
  readonly name: string;
  readonly type: 'number' | 'text';
  readonly unit: string;
};
/** `event`: at `date`; `none`: followed without event until `date`; `prevalent`: there before the record. */
export type Endpoint = {
  readonly status: 'event' | 'none' | 'prevalent';
  /** ISO day: '2019-04-30'. */
  readonly date: string | null;
};

/** What a store is made for; fixed when it is created. */
export type StoreSchema = {
  readonly views: Named<StoredView>;
  readonly targets: Named<StoredTarget>;
  readonly covariates: readonly CovariateSpec[];
  readonly endpoints: readonly string[];
  /** Records per file of a view. */
  readonly shardRows: number;
  readonly compression: Compression;
};
export type TablePart = { readonly file: string; readonly rows: number; readonly sha256: string };
export type Provenance = {
  /** Component id of the source cohort, or `append`, `merge`. */
  readonly source: string;
  readonly sourceDigest: string | null;
  readonly options: unknown;
  /** ISO time. */
  readonly at: string;
  readonly rows: number;
};
export type StoredSplitEntry = {
  readonly file: string;
  readonly sha256: string;
  readonly subjects: number;
  /** Names of the parts: train, val, test; or '0' to 'k-1'. */
  readonly parts: readonly string[];
  /** How it was made: fractions or folds, stratum, group, seed. */
  readonly recipe: unknown;
};
/** `manifest.json`: the one file that says what counts; replaced whole at each change. */
export type Manifest = StoreSchema & {
  readonly dualbeatStore: 1;
  readonly rows: number;
  readonly tables: readonly TablePart[];
  /** SHA-256 chain over the rows of the table, each with the digests of its views. */
  readonly rowsDigest: string;
  /** SHA-256 of schema and rows: the same however the rows were appended. */
  readonly digest: string;
  readonly splits: Named<StoredSplitEntry>;
  /** Keys of the subjects that withdrew. */
  readonly withdrawn: readonly string[];
  /** A withdrawal was begun and not finished: its rows count no more, some bytes may still be there. */
  readonly erasing: boolean;
  /** Fingerprint of the site key, null before the first record. */
  readonly key: string | null;
  readonly provenance: readonly Provenance[];
  /** What was done to the records before they came here. */
  readonly preprocessing: unknown;
};

/** One record as it is appended. `subject` and `id` are those of the site: only their HMAC is stored. */
export type NewRecord = {
  readonly subject: string;
  readonly id: string;
  readonly visit: string;
  /** ISO day. */
  readonly date: string | null;
  /** A view that is not given is missing. */
  readonly views: Named<HostArray['data']>;
  /** Values in the order of the target's names (of survival: years, event, years, event, ...); null: missing. */
  readonly targets?: Named<readonly (number | null)[]>;
  readonly covariates?: Named<number | string | null>;
  readonly endpoints?: Named<Endpoint>;
  readonly flags?: readonly string[];
};

/** A view of one record as it lies in a shard. */
export type EncodedView = {
  readonly bytes: Uint8Array;
  /** Of int16; 1 elsewhere. */
  readonly scale: number;
  /** CRC-32 (as of zlib) of `bytes`, int32. */
  readonly crc: number;
  /** SHA-256 hex of the uncompressed bytes and the scale: equal for identical recordings. */
  readonly digest: string;
};
export type Cell = string | number | boolean | null;
/** One row of the table by column name. */
export type TableRow = Named<Cell>;
/** A record with its keys and encoded views: what the writer keeps, merging copies. */
export type EncodedRecord = { readonly row: TableRow; readonly views: Named<EncodedView> };

/** @file What a loader reads from, takes and gives. Types only. */
import type { HostMasked, Named } from '@dualbeat/core';

export type ReadPosition = {
  readonly seed: number;
  readonly epoch: number;
  readonly mode: 'train' | 'eval';
};
/** Rows first: `values` of a view [rows, ...shape]. The arrays are given away: a thread's memory moves to the trainer. */
export type LoadedRows = {
  readonly views: Named<HostMasked>;
  readonly targets: Named<HostMasked>;
  /** [rows]; rows of one subject share the number. */
  readonly subject: Int32Array;
  readonly ids: string[];
  /** Findings worth a line in the journal: 'flat V3 in record 17'. */
  readonly flags?: string[];
  /** Rows that could not be read and are absent; the loader's policy says whether that may be. */
  readonly failures?: readonly ReadFailure[];
};
/** `id` is a hash: what reads this must not know whose record it is. */
export type ReadFailure = {
  readonly position: number;
  readonly row: number;
  readonly id: string;
  readonly code: string;
  /** May name files: for the site's own report of an import, never for a log. */
  readonly message?: string;
};
export interface BatchSource {
  /**
   * A pure function of its arguments: whatever thread reads a batch, it is the same. `progress(i)`: row i of `rows` begins; a
   * source that calls it has its stalls and deaths told to the row.
   */
  read(
    rows: Int32Array,
    at: ReadPosition,
    progress?: (position: number) => void,
  ): Promise<LoadedRows>;
  /** Ids of rows, to report those that cannot be read (hashed). */
  ids?(rows: Int32Array): readonly string[];
}
/** Default export of the module that a loader is given. */
export type MakeBatchSource<I = unknown> = (init: I) => Promise<BatchSource>;

export type LoaderOptions = {
  readonly source: {
    /** `file:` URL of a module whose default export is a MakeBatchSource; TypeScript source is taken too. */
    readonly module: string;
    /** Structured clone: plain data, typed arrays. */
    readonly init: unknown;
  };
  /** Threads; 0: reads in the process itself, which then waits for each batch. */
  readonly workers: number;
  /** Batches that are read ahead of the one asked for, 0 or more. */
  readonly prefetch: number;
  /** Limit of the JavaScript heap of each thread, in MiB; arrays lie outside it. */
  readonly heapMb?: number;
  /** What a record does that cannot be read (a coded error of the source). Absent: raise. */
  readonly corrupt?: CorruptPolicy;
  /** Absent: 8 s and 60 s. */
  readonly stall?: StallLimits;
  /** A thread was silent for `noticeMs`: worth a line in the journal. */
  readonly onStall?: (stall: LoaderStall) => void;
};
/** `skip`: the row is absent from its batch; more than `maxPercent` of the rows of a plan is an error. */
export type CorruptPolicy =
  { readonly policy: 'raise' } | { readonly policy: 'skip'; readonly maxPercent: number };
export type StallLimits = {
  /** After so long without progress `onStall` is told. */
  readonly noticeMs: number;
  /** After so long in which a thread does not even turn its event loop it is given up: E_LOADER_WORKER_HUNG. */
  readonly hangMs: number;
};
export type LoaderStall = {
  /** What it reads; undefined while it makes its source. */
  readonly rows: Int32Array | undefined;
  /** Place in `rows`, where the source tells it. */
  readonly position: number | undefined;
  readonly ms: number;
  /** It waits (a disk, a network) and does not loop. */
  readonly responsive: boolean;
};
export type BatchPlan = ReadPosition & {
  /** Rows in the order of the epoch. */
  readonly order: Int32Array;
  readonly batchSize: number;
  /** Otherwise the last batch is filled up with absent rows. */
  readonly dropRemainder: boolean;
  /** Index of the first batch to give: resume within an epoch. */
  readonly from?: number;
};
/** Filled-up rows: row -1, subject -1, id '', present nowhere, values 0. */
export type LoadedBatch = LoadedRows & {
  readonly index: number;
  readonly rows: Int32Array;
  /** How long the trainer waited for this batch. */
  readonly waitMs: number;
};
export type LoaderStats = {
  /** Sum over the batches given. */
  readonly waitMs: number;
  readonly batches: number;
  /** Time in `read`, summed over threads. */
  readonly readMs: number;
  /** Records left out so far, each once. */
  readonly skipped: readonly Omit<ReadFailure, 'position'>[];
};
export type Loader = {
  /** Starts reading ahead at once. Errors: E_BATCH_LARGER_THAN_SET, E_LOADER_PLAN; while iterating: what `read` throws, E_LOADER_... */
  batches(plan: BatchPlan): AsyncIterableIterator<LoadedBatch>;
  stats(): LoaderStats;
  /** Ends all threads; iterators that wait fail with E_LOADER_CLOSED. */
  close(): Promise<void>;
};

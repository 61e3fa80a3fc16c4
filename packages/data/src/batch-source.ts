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
};
export interface BatchSource {
  /** A pure function of its arguments: whatever thread reads a batch, it is the same. */
  read(rows: Int32Array, at: ReadPosition): Promise<LoadedRows>;
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
  /** Threads, 1 or more. */
  readonly workers: number;
  /** Batches that are read ahead of the one asked for, 0 or more. */
  readonly prefetch: number;
  /** Limit of the JavaScript heap of each thread, in MiB; arrays lie outside it. */
  readonly heapMb?: number;
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
};
export type Loader = {
  /** Starts reading ahead at once. Errors: E_BATCH_LARGER_THAN_SET, E_LOADER_PLAN; while iterating: what `read` throws, E_LOADER_... */
  batches(plan: BatchPlan): AsyncIterableIterator<LoadedBatch>;
  stats(): LoaderStats;
  /** Ends all threads; iterators that wait fail with E_LOADER_CLOSED. */
  close(): Promise<void>;
};

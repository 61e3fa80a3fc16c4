/** @file What a side of the throughput benchmark is asked, and answers. Types only. */
export type ReadRequest = {
  /** The store, and the folder with the memory maps. */
  readonly store: string;
  readonly folder: string;
  readonly batch: number;
  readonly batches: number;
  readonly workers: number;
  readonly prefetch: number;
  readonly seed: number;
  /** Of PyTorch: which layout it reads. */
  readonly layout?: 'memmap-f32' | 'memmap-i16' | 'store';
  readonly views?: { readonly [name: string]: readonly number[] };
  readonly records?: number;
};
/** `check`: sum of absolute values of rows 0 to batch - 1. */
export type ReadResult = {
  readonly seconds: number;
  readonly batches: number;
  readonly check: number;
};

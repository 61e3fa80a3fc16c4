/** @file What the loader and its threads say to each other. */
import type { LoadedRows, ReadPosition } from './batch-source.ts';
import type { SentError } from './sent-error.ts';

export type WorkerData = {
  readonly module: string;
  readonly init: unknown;
  /** Rows that cannot be read are absent, not an error. */
  readonly skip?: boolean;
};
/** `life`: two int32, shared: counted up while the thread lives, and the place in its batch that it is at. */
export type ThreadData = WorkerData & { readonly life: SharedArrayBuffer; readonly beatMs: number };
export const BEAT = 0;
export const POSITION = 1;

/** `count`: rows of the batch, filled up where `rows` are fewer. */
export type ReadTask = {
  readonly rows: Int32Array;
  readonly at: ReadPosition;
  readonly count: number;
};
export type WorkerReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'rows'; readonly loaded: LoadedRows; readonly readMs: number }
  | { readonly kind: 'failed'; readonly error: SentError };

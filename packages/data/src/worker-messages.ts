/** @file What the loader and its threads say to each other. Types only. */
import type { LoadedRows, ReadPosition } from './batch-source.ts';
import type { SentError } from './sent-error.ts';

export type WorkerData = { readonly module: string; readonly init: unknown };
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

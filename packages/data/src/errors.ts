/** @file Coded errors of the host side of data: one function per failure. */
import { inspect } from 'node:util';
import { DualbeatError } from '@dualbeat/core';

export function batchLargerThanSet(rows: number, batchSize: number, mode: string): DualbeatError {
  return new DualbeatError({
    code: 'E_BATCH_LARGER_THAN_SET',
    cause: `the ${mode} set has ${rows} rows, fewer than one batch of ${batchSize}, so there is no full batch.`,
    fix: `set the batch size to ${Math.max(rows, 1)} or less, or add rows.`,
  });
}

export function badEpoch(what: string, value: number): DualbeatError {
  return new DualbeatError({
    code: 'E_DATA_POSITION',
    cause: `${what} is ${value}.`,
    fix: 'give a whole number, 0 or more.',
  });
}

export function splitFractions(why: string): DualbeatError {
  return new DualbeatError({
    code: 'E_SPLIT_FRACTIONS',
    cause: `the fractions of the split are refused: ${why}.`,
    fix: 'give fractions between 0 and 1 that add up to 1.',
  });
}

export function transformShape(name: string, got: number, want: number): DualbeatError {
  return new DualbeatError({
    code: 'E_TRANSFORM_SHAPE',
    cause: `the transform "${name}" gave ${got} numbers, its output has ${want}.`,
    fix: 'correct the transform: `apply` must give what `output` says.',
  });
}

export function loaderOptions(why: string): DualbeatError {
  return new DualbeatError({
    code: 'E_LOADER_OPTIONS',
    cause: `the loader cannot be opened: ${why}.`,
    fix: 'correct this option.',
  });
}

export function loaderPlan(why: string): DualbeatError {
  return new DualbeatError({
    code: 'E_LOADER_PLAN',
    cause: `these batches cannot be planned: ${why}.`,
    fix: 'correct the plan.',
  });
}

export function loaderClosed(): DualbeatError {
  return new DualbeatError({
    code: 'E_LOADER_CLOSED',
    cause: 'the loader was closed while a batch was waited for.',
    fix: 'finish iterating before close(), or open another loader.',
  });
}

/** `rows` are those that the thread held; `error` is what it threw, if anything. */
export function workerDied(
  module: string,
  exitCode: number | undefined,
  rows: Int32Array | undefined,
  error: unknown,
  position?: number,
): DualbeatError {
  const held = heldRows(rows, position);
  const reason =
    error === undefined ? '' : `: ${error instanceof Error ? error.message : inspect(error)}`;
  const code = exitCode === undefined ? '' : ` with exit code ${exitCode}`;
  const memory = (error as { code?: unknown } | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return new DualbeatError({
    code: 'E_LOADER_WORKER_DIED',
    where: module,
    cause: `a loader thread ended${code} while it held ${held}${reason}.`,
    fix: memory
      ? 'read less at once: fewer loader threads, a smaller batch, or a source that streams.'
      : 'correct the cause named here, and resume the run.',
    error,
  });
}

/** A source threw something without a code. */
export function readThrew(
  module: string,
  rows: Int32Array | undefined,
  error: unknown,
): DualbeatError {
  const doing = rows === undefined ? 'while it was made' : `at rows ${shortList(rows)}`;
  return new DualbeatError({
    code: 'E_LOADER_READ',
    where: module,
    cause: `the batch source failed ${doing}: ${error instanceof Error ? error.message : String(error)}.`,
    fix: 'correct the source or these records.',
    error,
  });
}

export function loadedRowsShape(what: string, why: string): DualbeatError {
  return new DualbeatError({
    code: 'E_LOADER_ROWS',
    where: what,
    cause: `what the batch source gave does not fit the rows asked for: ${why}.`,
    fix: 'correct the source: every array has the rows first, and `present` covers leading axes.',
  });
}

export function sourceModule(module: string, why: string): DualbeatError {
  return new DualbeatError({
    code: 'E_LOADER_SOURCE',
    where: module,
    cause: `this module gives no batch source: ${why}.`,
    fix: 'give the file: URL of a module whose default export makes a batch source.',
  });
}

/** `seconds`: how long it gave no sign of life. */
export function workerHung(
  module: string,
  rows: Int32Array | undefined,
  position: number | undefined,
  seconds: number,
): DualbeatError {
  return new DualbeatError({
    code: 'E_LOADER_WORKER_HUNG',
    where: module,
    cause: `a loader thread gave no sign of life for ${Number(seconds.toPrecision(2))} s while it held ${heldRows(rows, position)}.`,
    fix: 'leave out the record at which it stops, or give it more time with a larger stall limit; then resume the run.',
  });
}

/** `skipped`: hashed ids and the codes of their errors. */
export function tooManyCorrupt(
  skipped: readonly { readonly id: string; readonly code: string }[],
  rows: number,
  maxPercent: number,
): DualbeatError {
  const shown = skipped.slice(0, 5).map(({ id, code }) => `${id} (${code})`);
  const more = skipped.length > 5 ? ', ...' : '';
  return new DualbeatError({
    code: 'E_LOADER_CORRUPT',
    cause: `${skipped.length} of ${rows} records cannot be read, more than the limit of ${maxPercent} %: ${shown.join(', ')}${more}.`,
    fix: 'check the data (`dualbeat data verify` for a store), or raise the limit.',
  });
}

function heldRows(rows: Int32Array | undefined, position: number | undefined): string {
  if (rows === undefined) return 'no rows';
  const at = position === undefined || position < 0 ? undefined : rows[position];
  return `rows ${shortList(rows)}${at === undefined ? '' : `, at row ${at}`}`;
}

function shortList(rows: Int32Array): string {
  const shown = [...rows.subarray(0, 8)].join(', ');
  return rows.length > 8 ? `${shown}, ... (${rows.length} rows)` : shown;
}

export function folderUnwritable(path: string, error: unknown): DualbeatError {
  return new DualbeatError({
    code: 'E_DATA_FOLDER',
    where: path,
    cause: `this folder cannot be made (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`,
    fix: 'check that what is above it is a folder in which you may write.',
    error,
  });
}

export function splitParts(why: string): DualbeatError {
  return new DualbeatError({
    code: 'E_SPLIT_PARTS',
    cause: `the parts of the split are refused: ${why}.`,
    fix: 'name parts with their shares, or a number of folds.',
  });
}

export function subjectsTooFew(batchSize: number, subjects: number): DualbeatError {
  return new DualbeatError({
    code: 'E_ORDER_SUBJECTS',
    cause: `no batch of ${batchSize} rows can be made without two rows of one subject: the rows are of ${subjects} subjects.`,
    fix: `set the batch size to ${Math.max(1, subjects)} or less, or use a loss with positives: 'subject'.`,
  });
}

export function orderOptions(why: string): DualbeatError {
  return new DualbeatError({
    code: 'E_ORDER_OPTIONS',
    cause: `an order of rows cannot be made so: ${why}.`,
    fix: 'give one number per row.',
  });
}

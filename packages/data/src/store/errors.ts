/** @file Coded errors of the cohort store. Records are named by their key in the store, never by the site's ids. */
import { DualbeatError } from '@dualbeat/core';

export const notAStore = (path: string, why: string, error?: unknown) =>
  new DualbeatError({
    code: 'E_STORE_OPEN',
    where: path,
    cause: `this is no cohort store that can be read: ${why}.`,
    fix: 'give the folder that `dualbeat data import --to` made.',
    error,
  });

export const manifestBroken = (path: string, why: string) =>
  new DualbeatError({
    code: 'E_STORE_MANIFEST',
    where: path,
    cause: `the manifest of this store is damaged: ${why}.`,
    fix: 'restore manifest.json from a copy, or import again.',
  });

export const manifestNewer = (path: string, version: unknown) =>
  new DualbeatError({
    code: 'E_STORE_VERSION',
    where: path,
    cause: `this store has the schema version ${String(version).slice(0, 20)}, this program reads version 1.`,
    fix: 'read it with the version of dualbeat that wrote it.',
  });

export const storeExists = (path: string) =>
  new DualbeatError({
    code: 'E_STORE_EXISTS',
    where: path,
    cause: 'there is something in this folder already.',
    fix: 'give an empty or missing folder, or append to the store that is there.',
  });

export const schemaRefused = (why: string) =>
  new DualbeatError({
    code: 'E_STORE_SCHEMA',
    cause: `a store cannot be made so: ${why}.`,
    fix: 'correct the views, targets or options of the store.',
  });

export const schemaDiffers = (path: string, what: string) =>
  new DualbeatError({
    code: 'E_STORE_SCHEMA',
    where: path,
    cause: `what is appended does not fit the store: ${what}.`,
    fix: 'import with the options that the store was made with, or into another folder.',
  });

export const recordRefused = (record: string, why: string) =>
  new DualbeatError({
    code: 'E_STORE_RECORD',
    where: `record ${record}`,
    cause: `the record is refused: ${why}.`,
    fix: 'correct the record or leave it out.',
  });

export const recordTwice = (record: string) =>
  new DualbeatError({
    code: 'E_STORE_TWICE',
    where: `record ${record}`,
    cause: 'the store has a record of this id already.',
    fix: 'leave it out, or give the record another id.',
  });

export const chunkCorrupt = (record: string, chunk: string, why: string, error?: unknown) =>
  new DualbeatError({
    code: 'E_STORE_CHUNK',
    where: `record ${record}`,
    cause: `its chunk in ${chunk} is corrupt: ${why}.`,
    fix: 'restore this file from a copy or import again; `dualbeat data verify` lists every such record.',
    error,
  });

export const tableCorrupt = (file: string, why: string, error?: unknown) =>
  new DualbeatError({
    code: 'E_STORE_TABLE',
    where: file,
    cause: `this table of the store is corrupt: ${why}.`,
    fix: 'restore this file from a copy or import again.',
    error,
  });

export const columnMissing = (name: string) =>
  new DualbeatError({
    code: 'E_STORE_COLUMN',
    where: name,
    cause: 'the table of the store has no such column.',
    fix: 'name one of the columns that `dualbeat data inspect` lists.',
  });

export const rowOutside = (row: number, rows: number) =>
  new DualbeatError({
    code: 'E_STORE_ROW',
    cause: `there is no row ${row}; there are ${rows} rows.`,
    fix: 'take the numbers that `rows` gives.',
  });

export const storeErasing = (path: string) =>
  new DualbeatError({
    code: 'E_STORE_ERASING',
    where: path,
    cause: 'a withdrawal from this store was interrupted.',
    fix: 'run `dualbeat data withdraw` again with the same ids; it goes on where it stopped.',
  });

export const keyDiffers = (path: string) =>
  new DualbeatError({
    code: 'E_STORE_KEY',
    where: path,
    cause: 'the ids of this store were made with another site key.',
    fix: 'give the key file that its first import used (`--key FILE`); without it nothing can be added to the store or withdrawn from it.',
  });

export const splitMissing = (name: string, there: readonly string[]) =>
  new DualbeatError({
    code: 'E_STORE_SPLIT',
    cause: `the store has no split "${name}"; there is: ${there.join(', ') || 'none'}.`,
    fix: `make it once with \`dualbeat data split <store> --name ${name}\`, or name one that is there.`,
  });

export const splitExists = (name: string) =>
  new DualbeatError({
    code: 'E_STORE_SPLIT_EXISTS',
    cause: `the store has a split "${name}" already; results of earlier runs rest on it.`,
    fix: 'give the new split another name, or use `--extend` to place only subjects that came later.',
  });

export const foldInvalid = (name: string, fold: number | undefined, parts: number) =>
  new DualbeatError({
    code: 'E_STORE_FOLD',
    cause:
      fold === undefined
        ? `the split "${name}" has ${parts} folds and none was named.`
        : `the split "${name}" has no fold ${fold}; it has ${parts}.`,
    fix: `write the split as "${name}/0" to "${name}/${parts - 1}" for a split of folds, without a number for any other.`,
  });

export const mergeDiffers = (path: string, what: string) =>
  new DualbeatError({
    code: 'E_STORE_MERGE',
    where: path,
    cause: `this store does not fit the first one: ${what}.`,
    fix: 'merge stores that were imported with the same options and the same site key.',
  });

export const pairingUnknown = (found: string) =>
  new DualbeatError({
    code: 'E_STORE_PAIRING',
    cause: `there is no pairing "${found}".`,
    fix: 'use "same-visit", "nearest: <days>" (such as "nearest: 90") or "all".',
  });

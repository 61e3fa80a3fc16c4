/** @file Coded errors of the files cohort. They name folders as the experiment gives them and records by id. */
import { DualbeatError } from '@dualbeat/core';

export const rootMissing = (root: string, path: string, error: unknown) =>
  new DualbeatError({
    code: 'E_FILES_ROOT',
    where: root,
    cause: `this root of the cohort is no folder that can be read (${codeOf(error)}); it was looked for at ${path}.`,
    fix: 'correct `cohort.options.roots`; paths are relative to the experiment file.',
    error,
  });

export const noReader = () =>
  new DualbeatError({
    code: 'E_FILES_NO_READER',
    cause: 'no plugin of this experiment offers a reader.',
    fix: 'add one to `plugins`, for instance "@dualbeat/ecg-io".',
  });

export const nothingFound = (roots: readonly string[], files: number, links: number) =>
  new DualbeatError({
    code: 'E_FILES_EMPTY',
    where: roots.join(', '),
    cause:
      files === 0 && links === 0
        ? 'there is no file in this folder.'
        : `no reader takes any of the ${files} files here (${links} symbolic links were not followed).`,
    fix: 'check `cohort.options.roots` and `records`, and that a plugin has a reader for these files.',
  });

export const idTwice = (id: string) =>
  new DualbeatError({
    code: 'E_FILES_ID_TWICE',
    where: id,
    cause: 'two files give a record of this id.',
    fix: 'rename one of them or its root folder.',
  });

export const fileUnreadable = (id: string, error: unknown) =>
  new DualbeatError({
    code: 'E_FILES_READ',
    where: id,
    cause: `the file cannot be read (${codeOf(error)}).`,
    fix: 'check that it is there and that you may read it.',
    error,
  });

export const groupPattern = (pattern: string, why: string) =>
  new DualbeatError({
    code: 'E_FILES_GROUP',
    cause: `the pattern \`groupBy: ${pattern}\` is refused: ${why}.`,
    fix: 'give a regular expression with one capture group, which holds the subject.',
  });

export const groupless = (id: string, pattern: string) =>
  new DualbeatError({
    code: 'E_FILES_GROUP',
    where: id,
    cause: `the pattern \`groupBy: ${pattern}\` finds no subject in this record id.`,
    fix: 'widen the pattern or leave the record out with `records`.',
  });

export const trainOnlyUnmatched = (pattern: string, ids: readonly string[]) =>
  new DualbeatError({
    code: 'E_FILES_TRAIN_ONLY',
    cause: `the pattern \`trainOnly: ${pattern}\` matches none of the ${ids.length} record ids (${ids[0]}, ...).`,
    fix: 'correct the pattern; ids begin with the name of the root where there are several.',
  });

export const viewDiffers = (id: string, what: string, is: string, expected: string) =>
  new DualbeatError({
    code: 'E_FILES_VIEW',
    where: id,
    cause: `its ${what} is ${is}, that of the cohort is ${expected}.`,
    fix: 'give the readers the same options for all records or leave the record out with `records`.',
  });

export const tooManySkipped = (skipped: number, of: number, limit: number, last: Error) =>
  new DualbeatError({
    code: 'E_FILES_SKIPPED',
    cause: `${skipped} of ${of} records cannot be read, more than the limit of ${limit * 100} %; the last: ${last.message}`,
    fix: 'restore these files or raise `cohort.options.maxSkippedFraction`.',
    error: last,
  });

/** An error of one record, which need not stop the others. */
export function recordUnreadable(error: DualbeatError): DualbeatError {
  const { code, fix, where, message } = error;
  const before = `${code}: ${where === undefined ? '' : `${where}: `}`;
  const after = ` Fix: ${fix}`;
  const fits = message.startsWith(before) && message.endsWith(after);
  const cause = fits ? message.slice(before.length, message.length - after.length) : message;
  return new DualbeatError({
    code,
    ...(where === undefined ? {} : { where }),
    cause,
    fix: `${fix.replace(/\.$/, '')}; or set \`onCorrupt: skip\` in \`cohort.options\` to go on without such records.`,
    error,
  });
}

export const rowOutside = (row: number, rows: number) =>
  new DualbeatError({
    code: 'E_FILES_ROW',
    cause: `there is no row ${row}; the cohort has ${rows} rows.`,
    fix: 'take the numbers that `rows` gives.',
  });

export const optionTooSmall = (samplingHz: number, seconds: number) =>
  new DualbeatError({
    code: 'E_FILES_SAMPLES',
    cause: `${seconds} s at ${samplingHz} Hz is no whole number of samples of at least 1.`,
    fix: 'correct `samplingHz` or `seconds` in `cohort.options`.',
  });

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | undefined)?.code ?? 'not a folder';
}

/** @file Coded errors that all readers but WFDB share. They name file and lead: never a text of the file that may name a person. */
import { DualbeatError } from '@dualbeat/core';

export const unreadable = (where: string, error: unknown) =>
  new DualbeatError({
    code: 'E_ECG_READ',
    where,
    cause: `the file cannot be read (${(error as NodeJS.ErrnoException)?.code ?? 'not a plain file'}).`,
    fix: 'check that it is a plain file and that you may read it.',
    error,
  });

export const empty = (where: string) =>
  new DualbeatError({
    code: 'E_ECG_EMPTY',
    where,
    cause: 'the file has no content.',
    fix: 'copy the file again from its source.',
  });

export const limit = (where: string, has: string, most: string) =>
  new DualbeatError({
    code: 'E_ECG_LIMIT',
    where,
    cause: `it has or promises ${has}; at most ${most} are read.`,
    fix: 'cut the recording into parts, or leave the file out if it is damaged.',
  });

export const damaged = (where: string, format: string, cause: string, error?: unknown) =>
  new DualbeatError({
    code: 'E_ECG_DAMAGED',
    where,
    cause: `it is no whole ${format} file: ${cause}.`,
    fix: 'copy the file again from its source or leave it out.',
    ...(error === undefined ? {} : { error }),
  });

export const unsupported = (where: string, format: string, what: string) =>
  new DualbeatError({
    code: 'E_ECG_UNSUPPORTED',
    where,
    cause: `this ${format} file has ${what}, which is not supported.`,
    fix: 'export the recording again in a form that the README of @dualbeat/ecg-io lists.',
  });

export const noWaveform = (where: string, format: string, what: string) =>
  new DualbeatError({
    code: 'E_ECG_NO_WAVEFORM',
    where,
    cause: `this ${format} file has no ${what}.`,
    fix: 'export the recording with its waveforms or leave the file out.',
  });

export const leadMissing = (where: string, lead: string, there: readonly string[]) =>
  new DualbeatError({
    code: 'E_ECG_LEAD',
    where,
    cause: `lead ${lead} is missing and cannot be derived; the file has ${listed(there)}.`,
    fix: 'leave the file out, set the option `leads` of the reader to leads that all files have, or set `missingLeads: zeros`.',
  });

export const lengthsDiffer = (where: string, lead: string, has: number, first: number) =>
  new DualbeatError({
    code: 'E_ECG_LENGTH',
    where,
    cause: `lead ${lead} has ${has} samples, the first lead ${first}.`,
    fix: 'leave the file out or set the option `leads` of the reader to leads of one length.',
  });

export const ratesDiffer = (where: string, lead: string, hz: number, first: number) =>
  new DualbeatError({
    code: 'E_ECG_RATE',
    where,
    cause: `lead ${lead} is sampled at ${hz} Hz, the first lead at ${first} Hz.`,
    fix: 'set the option `leads` of the reader to leads of one rate, or resample the file.',
  });

export const rateUnknown = (where: string) =>
  new DualbeatError({
    code: 'E_ECG_RATE_UNKNOWN',
    where,
    cause: 'the file does not say its sampling rate.',
    fix: 'set the option `samplingHz` of the reader.',
  });

export const unitUnknown = (where: string, lead: string) =>
  new DualbeatError({
    code: 'E_ECG_UNIT',
    where,
    cause: `the unit of lead ${lead} is no voltage (nV, uV, mV, V).`,
    fix: 'correct the unit in the file, or leave it out.',
  });

export const tooManyInvalid = (
  where: string,
  lead: string,
  count: number,
  of: number,
  limitShare: number,
) =>
  new DualbeatError({
    code: 'E_ECG_NAN',
    where,
    cause: `lead ${lead} has ${count} invalid samples of ${of}, more than the limit of ${limitShare * 100} %.`,
    fix: 'leave the file out or raise the option `maxNanFraction` of the reader.',
  });

export const arrayUnclear = (where: string, cause: string, fix: string) =>
  new DualbeatError({ code: 'E_ECG_ARRAY', where, cause: `${cause}.`, fix: `${fix}.` });

export const archiveRefused = (where: string, cause: string) =>
  new DualbeatError({
    code: 'E_ECG_ARCHIVE',
    where,
    cause: `the archive is refused: ${cause}.`,
    fix: 'make the file again with numpy.savez or leave it out.',
  });

export const tooSlow = (where: string, seconds: number) =>
  new DualbeatError({
    code: 'E_ECG_TIME',
    where,
    cause: `the file was not read within ${seconds} s; it is most likely damaged.`,
    fix: 'copy the file again from its source or leave it out.',
  });

/** Names of leads or arrays, with what could be no such name taken out. */
export function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const shown = names.slice(0, 16).map((name) => name.slice(0, 24).replace(/[^\w .()+/-]/g, '?'));
  return names.length > 16 ? `${shown.join(', ')}, ...` : shown.join(', ');
}

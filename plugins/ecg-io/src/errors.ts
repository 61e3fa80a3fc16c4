/** @file Coded errors of the readers. They name file, line, lead: never a comment's text, which may name a person. */
import { DualbeatError } from '@dualbeat/core';

export const headerMalformed = (where: string, line: number, cause: string) =>
  new DualbeatError({
    code: 'E_WFDB_HEADER',
    where,
    cause: `line ${line} of the header is malformed: ${cause}.`,
    fix: 'restore the header from its source or leave the record out.',
  });

export const fileEmpty = (where: string) =>
  new DualbeatError({
    code: 'E_WFDB_EMPTY',
    where,
    cause: 'the file has no content.',
    fix: 'copy the file again from its source.',
  });

export const multiSegment = (where: string, segments: number) =>
  new DualbeatError({
    code: 'E_WFDB_SEGMENTS',
    where,
    cause: `it is a multi-segment record (${segments} segments), which is not supported.`,
    fix: 'use the headers of its segments, one record each.',
  });

export const formatUnknown = (where: string, signal: string, format: number, known: string) =>
  new DualbeatError({
    code: 'E_WFDB_FORMAT',
    where,
    cause: `signal "${signal}" has the unsupported signal format ${format}.`,
    fix: `convert the record to one of the formats ${known}.`,
  });

export const signalPathUnsafe = (where: string, line: number) =>
  new DualbeatError({
    code: 'E_WFDB_SIGNAL_PATH',
    where,
    cause: `line ${line} of the header names a signal file outside the folder of the record.`,
    fix: "put the signal file beside its header and name it without '..' or a leading '/'.",
  });

export const signalFileMissing = (where: string, file: string) =>
  new DualbeatError({
    code: 'E_WFDB_SIGNAL_MISSING',
    where,
    cause: `its signal file "${file}" (or "${file}.gz") is not there.`,
    fix: 'copy the signal file beside the header.',
  });

export const signalTruncated = (where: string, file: string, has: number, needs: number) =>
  new DualbeatError({
    code: 'E_WFDB_TRUNCATED',
    where,
    cause: `signal file "${file}" is truncated: it holds ${has} of the ${needs} bytes that the header promises.`,
    fix: 'copy the signal file again from its source.',
  });

export const gzipBroken = (where: string, file: string, needs: number, error: unknown) =>
  new DualbeatError({
    code: 'E_WFDB_GZIP',
    where,
    cause: `signal file "${file}" is not a whole gzip file of the ${needs} bytes that the header promises.`,
    fix: 'copy the signal file again from its source.',
    error,
  });

export const checksumWrong = (where: string, signal: string, is: number, expected: number) =>
  new DualbeatError({
    code: 'E_WFDB_CHECKSUM',
    where,
    cause: `signal "${signal}" has the checksum ${is}, its header says ${expected}.`,
    fix: 'copy header and signal file again, or set `verify: false` on the reader if the header is wrong.',
  });

export const initialWrong = (where: string, signal: string, is: number, expected: number) =>
  new DualbeatError({
    code: 'E_WFDB_INITIAL',
    where,
    cause: `signal "${signal}" begins with the value ${is}, its header says ${expected}.`,
    fix: 'copy header and signal file again, or set `verify: false` on the reader if the header is wrong.',
  });

export const leadMissing = (where: string, lead: string, there: readonly string[]) =>
  new DualbeatError({
    code: 'E_WFDB_LEAD',
    where,
    cause: `lead ${lead} is missing and cannot be derived; the record has ${listed(there)}.`,
    fix: 'leave the record out or set the option `leads` of the reader to leads that all records have.',
  });

export const ratesDiffer = (where: string, lead: string, hz: number, first: number) =>
  new DualbeatError({
    code: 'E_WFDB_RATE',
    where,
    cause: `lead ${lead} is sampled at ${hz} Hz, the first lead at ${first} Hz.`,
    fix: 'resample the record to one rate for all leads.',
  });

export const unitUnknown = (where: string, lead: string) =>
  new DualbeatError({
    code: 'E_WFDB_UNIT',
    where,
    cause: `the unit of lead ${lead} is no voltage (nV, uV, mV, V).`,
    fix: 'correct the units field of the header.',
  });

export const tooManyNaN = (where: string, lead: string, count: number, of: number, limit: number) =>
  new DualbeatError({
    code: 'E_WFDB_NAN',
    where,
    cause: `lead ${lead} has ${count} invalid samples of ${of}, more than the limit of ${limit * 100} %.`,
    fix: 'leave the record out or raise the option `maxNanFraction` of the reader.',
  });

export const unreadable = (where: string, error: unknown) =>
  new DualbeatError({
    code: 'E_WFDB_READ',
    where,
    cause: `the file cannot be read (${(error as NodeJS.ErrnoException)?.code ?? 'not a plain file'}).`,
    fix: 'check that it is a plain file and that you may read it.',
    error,
  });

export const annotationBroken = (where: string, cause: string) =>
  new DualbeatError({
    code: 'E_WFDB_ANNOTATION',
    where,
    cause: `it is not a whole annotation file: ${cause}.`,
    fix: 'copy the annotation file again from its source.',
  });

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'no named lead';
  const shown = names.slice(0, 16).map((name) => name.slice(0, 24));
  return names.length > 16 ? `${shown.join(', ')}, ...` : shown.join(', ');
}

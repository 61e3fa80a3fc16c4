/** @file Errors of the synthetic cohort. */
import { DualbeatError } from '@dualbeat/core';

const where = 'cohort synthetic';

export function badSplits(train: number, val: number, subjects: number): DualbeatError {
  return new DualbeatError({
    code: 'E_SYNTHETIC_SPLITS',
    where,
    cause: `splits of ${train} (train) and ${val} (val) of ${subjects} subjects are not possible.`,
    fix: 'let train and val add up to at most 1, with at least one subject in train; the rest is test.',
  });
}

export function badLength(samples: number): DualbeatError {
  return new DualbeatError({
    code: 'E_SYNTHETIC_LENGTH',
    where,
    cause: `samplingHz and seconds give ${samples} samples per lead, which is not a whole number.`,
    fix: 'use seconds for which samplingHz times seconds is a whole number.',
  });
}

export function noSuchRow(row: number, rows: number): DualbeatError {
  return new DualbeatError({
    code: 'E_SYNTHETIC_ROW',
    where,
    cause: `row ${row} was asked for and there are rows 0 to ${rows - 1}.`,
    fix: 'take rows from rows(split) of the same cohort.',
  });
}

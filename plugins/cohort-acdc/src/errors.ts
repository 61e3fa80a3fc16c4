/** @file Coded errors of the cohort. They name files below the root as the experiment gives it. */
import { DualbeatError } from '@dualbeat/core';

export const rootUnreadable = (root: string, error: unknown) =>
  new DualbeatError({
    code: 'E_ACDC_ROOT',
    where: root,
    cause: `the folder cannot be read (${(error as NodeJS.ErrnoException)?.code ?? 'not a folder'}).`,
    fix: 'correct `cohort.options.root`; it is relative to the experiment file.',
    error,
  });

export const noPatients = (root: string) =>
  new DualbeatError({
    code: 'E_ACDC_EMPTY',
    where: root,
    cause: 'there is no folder patientNNN with an Info.cfg in it.',
    fix: 'give the folder of ACDC that holds the patients (`training` or `testing` in the published archive).',
  });

export const infoUnclear = (file: string, what: string) =>
  new DualbeatError({
    code: 'E_ACDC_INFO',
    where: file,
    cause: `${what}.`,
    fix: 'copy the file again from its source or take the patient out of the folder.',
  });

export const labelsUnclear = (file: string, what: string) =>
  new DualbeatError({
    code: 'E_ACDC_LABELS',
    where: file,
    cause: `${what}.`,
    fix: 'copy the patient again from its source or take it out of the folder.',
  });

export const rowOutside = (row: number, rows: number) =>
  new DualbeatError({
    code: 'E_ACDC_ROW',
    cause: `there is no row ${row}; the cohort has ${rows} rows.`,
    fix: 'take the numbers that `rows` gives.',
  });

export const contoursUnclear = (file: string, what: string, error?: unknown) =>
  new DualbeatError({
    code: 'E_SUNNYBROOK_CONTOURS',
    where: file,
    cause: `${what}.`,
    fix: 'copy the contours of this patient again from their source.',
    ...(error === undefined ? {} : { error }),
  });

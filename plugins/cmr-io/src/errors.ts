/** @file Coded errors of readers, volumes and transforms. They name the file: never a text of it that may name a person. */
import { DualbeatError } from '@dualbeat/core';
import type { ViewSpec } from '@dualbeat/core';

export const unreadable = (where: string, error: unknown) =>
  new DualbeatError({
    code: 'E_CMR_READ',
    where,
    cause: `the file cannot be read (${(error as NodeJS.ErrnoException)?.code ?? 'not a plain file'}).`,
    fix: 'check that it is there, of the right kind, and that you may read it.',
    error,
  });

export const empty = (where: string) =>
  new DualbeatError({
    code: 'E_CMR_EMPTY',
    where,
    cause: 'the file has no content.',
    fix: 'copy the file again from its source.',
  });

export const limit = (where: string, has: string, most: string) =>
  new DualbeatError({
    code: 'E_CMR_LIMIT',
    where,
    cause: `it has or promises ${has}; at most ${most} are read.`,
    fix: 'cut it into parts, or leave it out if it is damaged.',
  });

export const damaged = (where: string, format: string, cause: string, error?: unknown) =>
  new DualbeatError({
    code: 'E_CMR_DAMAGED',
    where,
    cause: `it is no whole ${format} file: ${cause}.`,
    fix: 'copy the file again from its source or leave it out.',
    ...(error === undefined ? {} : { error }),
  });

export const unsupported = (where: string, format: string, what: string) =>
  new DualbeatError({
    code: 'E_CMR_UNSUPPORTED',
    where,
    cause: `this ${format} file has ${what}, which is not supported.`,
    fix: 'convert it to a form that the README of @dualbeat/cmr-io lists.',
  });

export const archiveRefused = (where: string, cause: string) =>
  new DualbeatError({
    code: 'E_CMR_ARCHIVE',
    where,
    cause: `the archive is refused: ${cause}.`,
    fix: 'fetch the archive again from its source or leave it out.',
  });

export const noImages = (where: string, what: string) =>
  new DualbeatError({
    code: 'E_CMR_NO_IMAGES',
    where,
    cause: `there is no ${what} in it.`,
    fix: 'check the folder or archive, and the option `series` of the reader.',
  });

export const seriesPattern = (pattern: string, error: unknown) =>
  new DualbeatError({
    code: 'E_CMR_SERIES',
    cause: `the option \`series: ${pattern}\` is no regular expression.`,
    fix: 'correct the pattern.',
    error,
  });

export const frameMissing = (where: string, frame: number, there: readonly number[]) =>
  new DualbeatError({
    code: 'E_CMR_FRAME',
    where,
    cause: `there is no frame ${frame} of the heart cycle; there are ${listed(there)}.`,
    fix: 'set `frame` of the reader to one that is there, or leave the record out.',
  });

export const noCavity = (where: string, label: number) =>
  new DualbeatError({
    code: 'E_CMR_LABELS',
    where,
    cause: `no frame of the segmentation has a voxel of the left ventricle (label ${label}).`,
    fix: 'check the label numbers and that the segmentation belongs to this record.',
  });

export const labelsDiffer = (where: string, has: string, image: string) =>
  new DualbeatError({
    code: 'E_CMR_LABELS',
    where,
    cause: `the segmentation is ${has} and the image ${image}.`,
    fix: 'give the segmentation of this image.',
  });

const describe = (view: ViewSpec) =>
  `[${view.axes.map((a, i) => `${a.name} ${view.shape[i]}`).join(', ')}] ${view.dtype}`;

export const notAVolume = (transform: string, view: ViewSpec) =>
  new DualbeatError({
    code: 'E_TRANSFORM_VIEW',
    where: `transform ${transform}`,
    cause: `it needs a float32 view of slice, row, column and channel and was given ${describe(view)}.`,
    fix: 'use it on a CMR view such as ed or es.',
  });

export const noSpacing = (transform: string, axis: string) =>
  new DualbeatError({
    code: 'E_TRANSFORM_SPACING',
    where: `transform ${transform}`,
    cause: `the axis "${axis}" of the view has no spacing in mm.`,
    fix: 'give the axis a spacing in the cohort or reader, or give the transform sizes alone.',
  });

export const badRange = (transform: string, name: string, range: readonly number[]) =>
  new DualbeatError({
    code: 'E_TRANSFORM_RANGE',
    where: `transform ${transform}`,
    cause: `\`${name}\` is [${range.join(', ')}], which is empty or reversed.`,
    fix: 'give two numbers, the lower one first.',
  });

function listed(numbers: readonly number[]): string {
  return numbers.length > 40 ? `${numbers.slice(0, 40).join(', ')}, ...` : numbers.join(', ');
}

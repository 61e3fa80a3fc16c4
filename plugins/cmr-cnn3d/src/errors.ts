/** @file Coded errors of the encoders of cardiac MR volumes. */
import { DualbeatError } from '@dualbeat/core';

const join = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** A view that is no volume of numbers. */
export function viewShape(encoder: string, shape: readonly number[], dtype: string): DualbeatError {
  return new DualbeatError({
    code: 'E_CNN_VIEW',
    where: `encoder ${encoder}`,
    cause: `the view is ${dtype} of the shape ${join(shape)}, not float32 [slices, height, width, channels].`,
    fix: 'give it a view of volumes (or of frames in place of slices), channels last.',
  });
}

/** A list with one entry per stage that has another length. */
export function perStage(
  encoder: string,
  option: string,
  found: number,
  stages: number,
): DualbeatError {
  return new DualbeatError({
    code: 'E_CNN_STAGES',
    where: `encoder ${encoder}, option ${option}`,
    cause: `the list has a length of ${found}, the network ${stages} stages.`,
    fix: 'give one entry per stage.',
  });
}

/** Size `custom` without its numbers, or numbers beside a named size. */
export function customSize(
  encoder: string,
  size: string,
  options: readonly string[],
  wanted: 'missing' | 'surplus',
): DualbeatError {
  const listed = options.join(', ');
  return new DualbeatError({
    code: 'E_CNN_SIZE',
    where: `encoder ${encoder}`,
    cause:
      wanted === 'missing'
        ? `the size custom needs its own numbers: ${listed}.`
        : `the size ${size} brings its own ${listed}, and one was given too.`,
    fix:
      wanted === 'missing' ? 'give all, or a named size.' : 'drop it, or choose the size custom.',
  });
}

/** Windows or patches that no cell of the view fills. */
export function tooSmall(encoder: string, shape: readonly number[], what: string): DualbeatError {
  return new DualbeatError({
    code: 'E_CNN_SMALL',
    where: `encoder ${encoder}`,
    cause: `a view of ${join(shape)} is too small: ${what}.`,
    fix: 'give larger volumes, or smaller patches and strides.',
  });
}

/** @file Coded errors of the ECG transformer and of masked autoencoding. */
import { DualbeatError } from '@dualbeat/core';

const join = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** A view that is not leads x samples. */
export function viewRank(shape: readonly number[]): DualbeatError {
  return new DualbeatError({
    code: 'E_VIT_VIEW',
    where: 'encoder ecg-vit',
    cause: `the view has the shape ${join(shape)}, not [leads, samples].`,
    fix: 'give it a view of leads x samples.',
  });
}

/** Patches that do not tile the view. */
export function patchTiling(
  patch: readonly number[],
  shape: readonly number[],
  axis: 'leads' | 'samples',
): DualbeatError {
  const i = axis === 'leads' ? 0 : 1;
  const size = shape[i] as number;
  const divisors = Array.from({ length: size }, (_, d) => d + 1).filter((d) => size % d === 0);
  const wanted = patch[i] as number;
  const near = divisors.reduce((a, b) => (Math.abs(b - wanted) < Math.abs(a - wanted) ? b : a));
  return new DualbeatError({
    code: 'E_VIT_PATCH',
    where: 'encoder ecg-vit, option patch',
    cause: `patches of ${join(patch)} do not divide the ${size} ${axis} of a view ${join(shape)}.`,
    fix: `the nearest that divides is ${near}; or crop the view.`,
  });
}

/** Size `custom` without its numbers, or numbers beside a named size. */
export function sizeOptions(size: string, wanted: 'missing' | 'surplus'): DualbeatError {
  return new DualbeatError({
    code: 'E_VIT_SIZE',
    where: 'encoder ecg-vit',
    cause:
      wanted === 'missing'
        ? 'the size custom needs the options width, depth and heads.'
        : `the size ${size} fixes width, depth and heads; they were given too.`,
    fix:
      wanted === 'missing'
        ? 'give all three, or a named size.'
        : 'drop them, or choose the size custom.',
  });
}

/** A head whose inputs have no, or more than one, tokenised view. */
export function tokenView(
  head: string,
  views: readonly string[],
  asked: string | undefined,
): DualbeatError {
  const there =
    views.length === 0 ? 'no view has tokens' : `views with tokens: ${views.join(', ')}`;
  return new DualbeatError({
    code: 'E_HEAD_VIEW',
    where: `head ${head}, option view`,
    cause:
      asked === undefined
        ? `the view to read is not clear; ${there}.`
        : `the view "${asked}" has no tokens; ${there}.`,
    fix:
      views.length === 0
        ? 'use an encoder that gives tokens, such as ecg-vit.'
        : 'name one of these views.',
  });
}

/** An encoder whose tokens cannot be dropped. */
export function notDroppable(view: string): DualbeatError {
  return new DualbeatError({
    code: 'E_MASK_ENCODER',
    where: 'task masked-autoencoder',
    cause: `the encoder of the view "${view}" cannot leave tokens out.`,
    fix: 'use an encoder with droppable tokens, such as ecg-vit.',
  });
}

/** A mask that would hide nothing or everything. */
export function maskExtent(
  masking: string,
  ratio: number,
  grid: readonly number[],
  kept: number,
): DualbeatError {
  const [rows, cols] = grid as readonly [number, number];
  return new DualbeatError({
    code: 'E_MASK_RATIO',
    where: 'task masked-autoencoder, option maskRatio',
    cause: `masking "${masking}" at ratio ${ratio} keeps ${kept} of ${rows * cols} tokens (${rows} x ${cols}); some must be kept and some hidden.`,
    fix: 'change the ratio, the kind of masking or the patch size.',
  });
}

/** @file Coded errors of the layers. */
import { DualbeatError } from '@dualbeat/core';

/** A random tensor without a row axis. */
export function rngShape(path: string, shape: readonly number[]): DualbeatError {
  return new DualbeatError({
    code: 'E_RNG_SHAPE',
    where: path,
    cause: `random numbers of shape [${shape.join(', ')}] have no row axis.`,
    fix: 'give a shape whose first axis is the rows of the batch.',
  });
}

/** A width that heads cannot share. */
export function headWidth(width: number, heads: number): DualbeatError {
  return new DualbeatError({
    code: 'E_ATTENTION_WIDTH',
    cause: `a width of ${width} cannot be shared by ${heads} attention heads.`,
    fix: `choose a width that is a multiple of the heads, for example ${Math.ceil(width / heads) * heads}.`,
  });
}

/** A width that 2-D sine-cosine positions cannot fill. */
export function positionWidth(width: number): DualbeatError {
  return new DualbeatError({
    code: 'E_POSITION_WIDTH',
    cause: `sine-cosine positions need a width that is a multiple of 4, not ${width}.`,
    fix: `choose a width like ${Math.ceil(width / 4) * 4}, or learned positions.`,
  });
}

/** A head to which it is not said what it reads. */
export function featuresUnclear(head: string, there: readonly string[]): DualbeatError {
  return new DualbeatError({
    code: 'E_HEAD_INPUTS',
    where: `head ${head}, option inputs`,
    cause: `the features to read are not clear; there is: ${there.join(', ') || 'nothing'}.`,
    fix: 'name the views that the task encodes, or embeddings/<projector>.',
  });
}

/** A difference of features of different widths. */
export function featuresDiffer(
  head: string,
  inputs: readonly string[],
  widths: readonly number[],
): DualbeatError {
  const listed = inputs.map((name, i) => `${name} ${widths[i]}`).join(', ');
  return new DualbeatError({
    code: 'E_HEAD_INPUTS',
    where: `head ${head}, option combine`,
    cause: `a difference needs inputs of one width, not ${listed}.`,
    fix: 'use combine: concat, or projectors of the same width.',
  });
}

/** A kernel that is larger than what it slides over. */
export function convDoesNotFit(
  size: readonly number[],
  kernel: readonly number[],
  padding: readonly number[],
): DualbeatError {
  const axes = (of: readonly number[]): string => of.join(' x ');
  return new DualbeatError({
    code: 'E_CONV_FIT',
    cause: `a kernel of ${axes(kernel)} (slices x rows x columns) with a padding of ${axes(padding)} does not fit into ${axes(size)}.`,
    fix: 'choose smaller kernels or strides, more padding, or a larger view.',
  });
}

/** Channels that groups cannot share. */
export function groupWidth(width: number, groups: number): DualbeatError {
  return new DualbeatError({
    code: 'E_GROUP_WIDTH',
    cause: `${width} channels cannot be shared by ${groups} groups.`,
    fix: 'choose a number of groups that divides all widths, for example 8.',
  });
}

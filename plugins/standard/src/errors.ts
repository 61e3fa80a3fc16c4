/** @file Coded errors of the generic components. */
import { DualbeatError } from '@dualbeat/core';

const list = (names: readonly string[]): string =>
  names.length === 0 ? 'nothing' : names.join(', ');

/** A loss without a value that meets a target. */
export function nothingToCompare(
  loss: string,
  values: readonly string[],
  targets: readonly string[],
): DualbeatError {
  return new DualbeatError({
    code: 'E_LOSS_NAMES',
    where: `loss ${loss}`,
    cause: `no value has the name of a target; values: ${list(values)}; targets: ${list(targets)}.`,
    fix: 'give the stage targets, and a head named after each of them.',
  });
}

/** A prediction that does not fit its target. */
export function shapeDiffers(
  loss: string,
  name: string,
  value: readonly number[],
  target: readonly number[],
): DualbeatError {
  return new DualbeatError({
    code: 'E_LOSS_SHAPE',
    where: `loss ${loss}`,
    cause: `the value "${name}" has the shape [${value.join(', ')}] a row, its target [${target.join(', ')}].`,
    fix: 'use a head that gives one number per target.',
  });
}

/** A head that names no view where there is none, or more than one. */
export function noFeatures(head: string, there: readonly string[]): DualbeatError {
  return new DualbeatError({
    code: 'E_HEAD_INPUTS',
    where: `head ${head}, option views`,
    cause: `the views to read are not clear; views with features: ${list(there)}.`,
    fix: 'name the views that the task encodes.',
  });
}

/** A task that names a view without an encoder. */
export function viewWithoutEncoder(view: string, there: readonly string[]): DualbeatError {
  return new DualbeatError({
    code: 'E_TASK_VIEW',
    where: 'task supervised, option views',
    cause: `the view "${view}" has no encoder; encoders: ${list(there)}.`,
    fix: 'name views that have an encoder.',
  });
}

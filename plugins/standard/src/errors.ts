/** @file Coded errors of the generic components. */
import { closest, DualbeatError } from '@dualbeat/core';
import type { Named, TargetSpec } from '@dualbeat/core';

const list = (names: readonly string[]): string =>
  names.length === 0 ? 'nothing' : names.join(', ');

/** A loss without a value that meets a target of its type. */
export function nothingToCompare(
  loss: string,
  types: readonly TargetSpec['type'][],
  values: readonly string[],
  targets: Named<TargetSpec>,
): DualbeatError {
  const listed = Object.entries(targets).map(([name, { type }]) => `${name} (${type})`);
  return new DualbeatError({
    code: 'E_LOSS_NAMES',
    where: `loss ${loss}`,
    cause: `no value has the name of a target of type ${types.join(' or ')}; values: ${list(values)}; targets: ${list(listed)}.`,
    fix: 'give the stage targets, and a head named after each of them.',
  });
}

/** Terms that nobody can make, or none at all. */
export function cannotMakeTerms(): DualbeatError {
  return new DualbeatError({
    code: 'E_LOSS_TERMS',
    where: 'loss sum, option terms',
    cause: 'there is no term with a weight above 0, or the loss was made outside a stage.',
    fix: 'name at least one loss with a weight above 0.',
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

/** A task that names a view without an encoder, or reads one that it does not encode. */
export function viewWithoutEncoder(
  view: string,
  there: readonly string[],
  encoded: readonly string[],
): DualbeatError {
  const missing = !there.includes(view);
  return new DualbeatError({
    code: 'E_TASK_VIEW',
    where: 'task supervised, option views',
    cause: missing
      ? `the view "${view}" has no encoder; encoders: ${list(there)}.`
      : `a head reads an embedding of the view "${view}", which is not encoded; encoded: ${list(encoded)}.`,
    fix: missing ? 'name views that have an encoder.' : `add ${view} to the views.`,
  });
}

export function featuresMissing(name: string, there: readonly string[]): DualbeatError {
  const near = closest(name, there);
  return new DualbeatError({
    code: 'E_CALLBACK_FEATURES',
    where: name,
    cause: `no features of this name; the stage gives: ${there.join(', ')}.`,
    fix: near === undefined ? 'name one of these in `features`.' : `did you mean "${near}"?`,
  });
}

export function monitorTarget(
  callback: string,
  target: string,
  there: readonly string[],
): DualbeatError {
  return new DualbeatError({
    code: 'E_CALLBACK_TARGET',
    where: callback,
    cause: `"${target}" is no target of the stage that it can predict; there is: ${there.join(', ') || 'none'}.`,
    fix: `add it to the stage: targets: { ${target}: <target set> } (numbers, binary or classes).`,
  });
}

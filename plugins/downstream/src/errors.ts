/** @file Coded errors of downstream tasks. */
import { DualbeatError } from '@dualbeat/core';
import type { Named, TargetSpec } from '@dualbeat/core';

const list = (names: readonly string[], most = 30): string =>
  names.length === 0
    ? 'nothing'
    : names.length > most
      ? `${names.slice(0, most).join(', ')} and ${names.length - most} more`
      : names.join(', ');

/** Names of a target set that the cohort lacks. */
export function targetsMissing(
  set: string,
  missing: readonly string[],
  of: number,
  targets: Named<TargetSpec>,
): DualbeatError {
  return new DualbeatError({
    code: 'E_TARGETS_MISSING',
    where: `target set ${set}`,
    cause: `the cohort lacks ${missing.length} of ${of} names: ${list(missing, 100)}; its targets: ${list(Object.keys(targets))}.`,
    fix: 'use a smaller set, or a cohort that has these columns.',
  });
}

/** A loss without a value that meets a target of its type. */
export function nothingToCompare(
  loss: string,
  type: TargetSpec['type'],
  values: readonly string[],
  targets: Named<TargetSpec>,
): DualbeatError {
  const listed = Object.entries(targets).map(([name, spec]) => `${name} (${spec.type})`);
  return new DualbeatError({
    code: 'E_LOSS_NAMES',
    where: `loss ${loss}`,
    cause: `no value has the name of a target of type ${type}; values: ${list(values)}; targets: ${list(listed)}.`,
    fix: 'give the stage targets, and a head named after each of them.',
  });
}

/** A prediction that does not fit its target. */
export function shapeDiffers(
  loss: string,
  name: string,
  value: readonly number[],
  wanted: string,
): DualbeatError {
  return new DualbeatError({
    code: 'E_LOSS_SHAPE',
    where: `loss ${loss}`,
    cause: `the value "${name}" has the shape [${value.join(', ')}] a row, not ${wanted}.`,
    fix: 'use the head that goes with this loss.',
  });
}

/** Intervals that do not grow. */
export function edgesOrder(edges: readonly number[]): DualbeatError {
  return new DualbeatError({
    code: 'E_SURVIVAL_EDGES',
    where: 'loss discrete-time, option edges',
    cause: `the ends of the intervals must grow from above 0, not ${edges.join(', ')}.`,
    fix: 'give the end of each interval in years, in order: [1, 2, 5].',
  });
}

/** A head over tokens where there are none, or several. */
export function tokenView(views: readonly string[], asked: string | undefined): DualbeatError {
  return new DualbeatError({
    code: 'E_HEAD_VIEW',
    where: 'head attention-pool, option view',
    cause: `${asked === undefined ? 'the view to read is not clear' : `the view "${asked}" has no tokens`}; views with tokens: ${list(views)}.`,
    fix: 'name one view whose encoder gives tokens.',
  });
}

/** Attention heads that do not share the width. */
export function poolWidth(width: number, heads: number): DualbeatError {
  return new DualbeatError({
    code: 'E_POOL_HEADS',
    where: 'head attention-pool, option heads',
    cause: `${heads} attention heads cannot share a width of ${width}.`,
    fix: 'use a number of heads that divides the width.',
  });
}

/** A metric that finds nothing of its type among the outputs. */
export function nothingToScore(
  metric: string,
  wanted: string,
  outputs: readonly string[],
): DualbeatError {
  return new DualbeatError({
    code: 'E_METRIC_OUTPUTS',
    where: `metric ${metric}`,
    cause: `there is no ${wanted} among the outputs: ${list(outputs)}.`,
    fix: 'give the stage such targets, with a head named after each.',
  });
}

/** Targets of a survival kind that are not pairs of time and event. */
export function survivalShape(name: string, shape: readonly number[]): DualbeatError {
  return new DualbeatError({
    code: 'E_SURVIVAL_SHAPE',
    where: `target ${name}`,
    cause: `it has the shape [${shape.join(', ')}] a row; times to events are [names, 2]: years, and 1 for an event or 0 for the end of observation.`,
    fix: 'give the target of the cohort this shape.',
  });
}

/** A view of covariates that is no list of numbers. */
export function covariateShape(shape: readonly number[]): DualbeatError {
  return new DualbeatError({
    code: 'E_COVARIATE_SHAPE',
    where: 'encoder covariates',
    cause: `the view has the shape [${shape.join(', ')}] a row; covariates are one list of numbers.`,
    fix: 'use it for a view such as covariates [12].',
  });
}

/** Dropout rates that do not go with the layers. */
export function dropoutCount(layers: number, rates: number): DualbeatError {
  return new DualbeatError({
    code: 'E_HEAD_DROPOUT',
    where: 'head clinical-mlp, option dropout',
    cause: `there are ${layers} hidden layers and ${rates} dropout rates.`,
    fix: 'give one rate per hidden layer.',
  });
}

/** Prototypes were not fitted: no training row of some class. */
export function unknownEmbedding(name: string, outputs: readonly string[]): DualbeatError {
  return new DualbeatError({
    code: 'E_METRIC_EMBEDDING',
    where: 'metric zero-shot',
    cause: `there is no embedding "${name}" among the outputs: ${list(outputs)}.`,
    fix: 'name an embedding of the task align.',
  });
}

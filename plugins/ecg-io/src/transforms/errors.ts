/** @file Errors of the transforms, all raised by `create()` but the last; `where` is the transform. */
import { closest, DualbeatError } from '@dualbeat/core';
import type { ViewSpec } from '@dualbeat/core';

const describe = (view: ViewSpec) =>
  `[${view.axes.map((a, i) => `${a.name} ${view.shape[i]}`).join(', ')}] ${view.dtype}`;

export function noTimeAxis(transform: string, view: ViewSpec): DualbeatError {
  return new DualbeatError({
    code: 'E_TRANSFORM_VIEW',
    where: `transform ${transform}`,
    cause: `it needs a float32 view whose last axis is time and was given ${describe(view)}.`,
    fix: 'use it on a signal view such as ecg, or remove it from this view.',
  });
}

export function noLeadAxis(transform: string, view: ViewSpec): DualbeatError {
  return new DualbeatError({
    code: 'E_TRANSFORM_VIEW',
    where: `transform ${transform}`,
    cause: `it needs a view whose first axis is lead, with a label for each lead, and was given ${describe(view)}.`,
    fix: 'use it on an ECG view whose cohort names the leads.',
  });
}

export function noSampling(transform: string): DualbeatError {
  return new DualbeatError({
    code: 'E_TRANSFORM_SAMPLING',
    where: `transform ${transform}`,
    cause: 'the time axis of the view has no spacing in s or ms, so frequencies have no meaning.',
    fix: 'give the time axis a spacing and a unit in the cohort or reader.',
  });
}

export function tooShort(transform: string, samples: number, needed: number): DualbeatError {
  return new DualbeatError({
    code: 'E_TRANSFORM_SHORT',
    where: `transform ${transform}`,
    cause: `it needs at least ${needed} samples and the view has ${samples}.`,
    fix: 'use longer records, or a lower order, window or number of samples.',
  });
}

export function badFrequency(transform: string, what: string, samplingHz: number): DualbeatError {
  return new DualbeatError({
    code: 'E_TRANSFORM_FREQUENCY',
    where: `transform ${transform}`,
    cause: `${what} does not fit a signal sampled at ${samplingHz} Hz.`,
    fix: `use frequencies above 0 and below ${samplingHz / 2} Hz, the lower one first.`,
  });
}

export function badWindow(transform: string, window: number, order: number): DualbeatError {
  return new DualbeatError({
    code: 'E_TRANSFORM_WINDOW',
    where: `transform ${transform}`,
    cause: `a window of ${window} samples with a polynomial of order ${order} is not possible.`,
    fix: 'use an odd window that is larger than the order.',
  });
}

export function badRange(transform: string, to: readonly number[]): DualbeatError {
  return new DualbeatError({
    code: 'E_TRANSFORM_RANGE',
    where: `transform ${transform}`,
    cause: `the range [${to.join(', ')}] is empty or reversed.`,
    fix: 'give two numbers, the lower one first, for example [-1, 1].',
  });
}

export function unknownLead(
  transform: string,
  lead: string,
  leads: readonly string[],
): DualbeatError {
  const near = closest(lead, leads);
  return new DualbeatError({
    code: 'E_TRANSFORM_LEAD',
    where: `transform ${transform}`,
    cause: `lead "${lead}" is not among the leads ${leads.join(', ')}.`,
    fix: near === undefined ? 'use one of these names.' : `did you mean "${near}"?`,
  });
}

export function repeatedLead(transform: string, lead: string): DualbeatError {
  return new DualbeatError({
    code: 'E_TRANSFORM_LEAD',
    where: `transform ${transform}`,
    cause: `lead "${lead}" is named twice.`,
    fix: 'name each lead once.',
  });
}

export function notFitted(transform: string, found: string): DualbeatError {
  return new DualbeatError({
    code: 'E_TRANSFORM_FIT',
    where: `transform ${transform}`,
    cause: `it must be fitted on the training part first (${found}).`,
    fix: 'run it in a stage with a training part, or give a stage the fitted values of the stage it starts from.',
  });
}

/** @file Coded errors of the cardiac figures. */
import { DualbeatError } from '@dualbeat/core';

/** E_FIGURE_OUTPUT: what the task gave is not what the figure draws. */
export function outputUnfit(output: string, cause: string): DualbeatError {
  return new DualbeatError({
    code: 'E_FIGURE_OUTPUT',
    where: `outputs.${output}`,
    cause,
    fix: 'draw this figure after a task that gives "original" and "reconstruction" as tokens (masked-autoencoder), and set the option "patch" as its encoder has it.',
  });
}

/** E_FIGURE_VIEW: the view is no ECG with a known sampling rate. */
export function viewUnfit(cause: string): DualbeatError {
  return new DualbeatError({
    code: 'E_FIGURE_VIEW',
    where: 'ecg-reconstruction',
    cause,
    fix: 'draw a view of shape [leads, samples] whose time axis has a spacing in s or ms.',
  });
}

/** E_MEASURE_LEADS: two signals that are to be compared differ in shape. */
export function leadsDiffer(original: string, reconstructed: string): DualbeatError {
  return new DualbeatError({
    code: 'E_MEASURE_LEADS',
    cause: `the original is ${original}, the reconstruction ${reconstructed}.`,
    fix: 'give both with the same leads and samples, in the same order.',
  });
}

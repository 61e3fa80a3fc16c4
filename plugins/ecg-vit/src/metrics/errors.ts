/** @file Coded errors of the metrics. */
import { DualbeatError } from '@dualbeat/core';

/** E_RECONSTRUCTION_OUTPUT: what the task gave is not what the metric reads. */
export function outputUnfit(output: string, cause: string): DualbeatError {
  return new DualbeatError({
    code: 'E_RECONSTRUCTION_OUTPUT',
    where: `outputs.${output}`,
    cause,
    fix: 'use this metric with a task that gives "original" and "reconstruction" as tokens (masked-autoencoder), and set the options "view" and "patch" as its encoder has them.',
  });
}

/** E_RECONSTRUCTION_VIEW: the view has no leads and samples. */
export function viewUnfit(view: string, shape: readonly number[]): DualbeatError {
  return new DualbeatError({
    code: 'E_RECONSTRUCTION_VIEW',
    where: `view ${view}`,
    cause: `its shape is [${shape.join(', ')}], and the metric needs [leads, samples].`,
    fix: 'set the option "view" to an ECG view.',
  });
}

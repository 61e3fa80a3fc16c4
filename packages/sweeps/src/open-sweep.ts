/** @file The experiment of a sweep, opened once for all its trials. */
import { openExperiment } from '@dualbeat/core';
import type { OpenExperiment } from '@dualbeat/core';
import { alwaysPlugins } from '@dualbeat/experiment';

export { alwaysPlugins };

export function openSweepExperiment(
  file: string,
  sets: readonly string[],
): Promise<OpenExperiment> {
  return openExperiment({ file, set: sets, always: alwaysPlugins });
}

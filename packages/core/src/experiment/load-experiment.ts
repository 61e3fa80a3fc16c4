/** @file One trial of an experiment file, or the file as it stands. */
import { openExperiment } from './open-experiment.ts';
import type { LoadedExperiment, LoadOptions } from './types.ts';

/**
 * Loads an experiment: all of the file is checked, also the variants and axes that this trial does not use. The order is
 * file, `variant`, `set`, `values`, `seed`. The caller closes `host`.
 * Errors: E_EXPERIMENT_*, E_PLUGIN_*, E_COMPONENT_* (`isConfigurationError`); several are listed under E_EXPERIMENT_INVALID.
 * @example const { resolved, host } = await loadExperiment({ file: 'a.yaml', set: ['seed=1'], always: ['@acme/basics'] });
 */
export async function loadExperiment(options: LoadOptions): Promise<LoadedExperiment> {
  const { variant, values, seed, ...open } = options;
  const opened = await openExperiment(open);
  if (variant === undefined && values === undefined && seed === undefined) return opened.base;
  try {
    return opened.trial({
      ...(variant === undefined ? {} : { variant }),
      ...(values === undefined ? {} : { values }),
      ...(seed === undefined ? {} : { seed }),
    });
  } catch (error) {
    opened.close();
    throw error;
  }
}

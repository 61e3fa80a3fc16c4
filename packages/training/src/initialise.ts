/** @file Initial values: a pure function of the seed and each variable's full name. */
import { hostRandom } from '@dualbeat/core';
import type { HostArray, Named, VariableSpec } from '@dualbeat/core';
import { initialSize } from './errors.ts';

/**
 * Draws each variable from its own stream 'init/<full name>', so that adding or freezing one never changes another.
 * Error: E_INIT_SIZE where an initialiser gives another number of values than its shape holds.
 */
export function initialise(specs: Named<VariableSpec>, seed: number): Named<HostArray> {
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => {
      const data = spec.init(hostRandom(seed, `init/${name}`));
      const size = spec.shape.reduce((a, b) => a * b, 1);
      if (data.length !== size) throw initialSize(name, spec.shape, data.length);
      return [name, { shape: spec.shape, data }];
    }),
  );
}

/** @file Check: outputs equal a closed form or a reference in double precision. */
import type { HostArray, Named } from '@dualbeat/core';
import { defineCheck, ensure, fail } from '../check.ts';
import { filledInputs, variablesOf, withAbsent } from '../harness/harness.ts';
import { benchOf } from '../harness/module-subject.ts';
import type { ModuleSubject } from '../harness/module-subject.ts';
import { resolvedOptions } from '../resolved-options.ts';
import { distance } from '../support/arrays.ts';
import { rows } from '../compare.ts';

const tolerance = 5e-5;

export const reference = defineCheck<ModuleSubject>({
  name: 'reference',
  everyCase: true,
  states:
    'Outputs equal a closed form or reference implementation at random inputs, with and without absent rows; required for losses.',
  unfit: ({ kind, of }) =>
    kind !== 'loss' && of.expected === undefined ? 'no `reference` is given' : undefined,
  async run(subject) {
    const { expected } = subject.of;
    if (expected === undefined)
      fail('no `reference` is given', 'give the loss in plain numbers: its closed form');
    const { harness, apply } = await benchOf(subject);
    const options = resolvedOptions(subject);
    for (const seed of [1, 2, 3]) {
      const vars = variablesOf(harness, seed);
      const full = filledInputs(harness, rows, 'random', seed);
      const inputs = seed === 3 ? withAbsent(harness, full, [1], () => 0) : full;
      const wanted = expected({ inputs, params: vars.params, options });
      const { outputs } = apply(vars, inputs);
      for (const [name, value] of Object.entries(wanted)) {
        const got = (outputs as Named<HostArray>)[name]?.data ?? [];
        const list = typeof value === 'number' ? [value] : value;
        const apart = distance(got, list);
        const largest = Array.from(list).reduce((a, b) => Math.max(a, Math.abs(b)), 1);
        ensure(
          apart <= tolerance * largest,
          `"${name}" is ${Array.from(got).slice(0, 3).join(', ')} and the reference gives ${Array.from(list).slice(0, 3).join(', ')}`,
          'correct the one that is wrong',
        );
      }
    }
  },
});

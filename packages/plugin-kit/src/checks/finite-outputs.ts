/** @file Check: outputs are finite for inputs that data will contain one day. */
import { notFinite, rows } from '../compare.ts';
import { defineCheck, ensure } from '../check.ts';
import { filledInputs, fills, variablesOf, withAbsent } from '../harness/harness.ts';
import { benchOf } from '../harness/module-subject.ts';
import type { ModuleSubject } from '../harness/module-subject.ts';

export const finiteOutputs = defineCheck<ModuleSubject>({
  name: 'finite-outputs',
  states:
    'Outputs are finite for zeros, ones, 1e4 times random, identical rows, and no row at all.',
  async run(subject) {
    const bench = await benchOf(subject);
    const { harness } = bench;
    const vars = variablesOf(harness, 1);
    for (const mode of ['eval', 'train'] as const) {
      for (const fill of [...fills, 'absent'] as const) {
        const inputs = filledInputs(harness, rows, fill === 'absent' ? 'zeros' : fill);
        const given =
          fill === 'absent' ? withAbsent(harness, inputs, [0, 1, 2, 3, 4], () => 0) : inputs;
        const { outputs, state } = bench.apply(vars, given, { mode });
        const wrong = notFinite(outputs) ?? notFinite(state);
        ensure(
          wrong === undefined,
          `${wrong} for the inputs "${fill}" (${mode})`,
          'bound what is divided by and what a logarithm or root is taken of',
        );
      }
    }
  },
});

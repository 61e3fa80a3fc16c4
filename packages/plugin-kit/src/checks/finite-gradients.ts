/** @file Check: gradients are finite at the inputs where roots, norms and divisions break. */
import { notFinite, rows } from '../compare.ts';
import { defineCheck, ensure } from '../check.ts';
import { filledInputs, fills, variablesOf, withAbsent } from '../harness/harness.ts';
import { benchOf } from '../harness/module-subject.ts';
import type { ModuleSubject } from '../harness/module-subject.ts';

export const finiteGradients = defineCheck<ModuleSubject>({
  name: 'finite-gradients',
  states:
    'Gradients are finite for zeros, ones, 1e4 times random, identical rows, and no row at all.',
  async run(subject) {
    const bench = await benchOf(subject);
    const { harness } = bench;
    const vars = variablesOf(harness, 1);
    for (const fill of [...fills, 'absent'] as const) {
      const inputs = filledInputs(harness, rows, fill === 'absent' ? 'zeros' : fill);
      const given =
        fill === 'absent' ? withAbsent(harness, inputs, [0, 1, 2, 3, 4], () => 0) : inputs;
      const { params, inputs: ofInputs } = bench.gradients(vars, given, { mode: 'train' });
      const wrong = notFinite(params) ?? notFinite(ofInputs);
      ensure(
        wrong === undefined,
        `the gradient of ${wrong} for the inputs "${fill}"`,
        'bound the argument of a root or a division inside it, not its result: an infinite slope times 0 is NaN',
      );
    }
  },
});

/** @file Check: compiling changes nothing but the order of rounding. */
import { differing, rows } from '../compare.ts';
import { defineCheck, ensure } from '../check.ts';
import { filledInputs, variablesOf } from '../harness/harness.ts';
import { benchOf } from '../harness/module-subject.ts';
import type { ModuleSubject } from '../harness/module-subject.ts';

const tolerance = 1e-3;

export const compiledAsEager = defineCheck<ModuleSubject>({
  name: 'compiled-as-eager',
  everyCase: true,
  states: 'Compiled outputs and gradients equal those of the same ops run one by one.',
  unfit: ({ mode }) => (mode === 'tf' ? undefined : 'nothing is compiled here'),
  async run(subject) {
    const [compiled, eager] = [await benchOf(subject), await benchOf(subject, 'tf eager')];
    const vars = variablesOf(compiled.harness, 1);
    for (const seed of [1, 2]) {
      const inputs = filledInputs(compiled.harness, rows, 'random', seed);
      for (const mode of ['eval', 'train'] as const) {
        const at = { mode, seed, step: seed };
        const wrong = differing(
          compiled.apply(vars, inputs, at).outputs,
          eager.apply(vars, inputs, at).outputs,
          tolerance,
        );
        ensure(
          wrong === undefined,
          `${wrong} between compiled and eager (${mode})`,
          'compute with ctx.tf from the inputs alone: host values and counters are frozen into a trace',
        );
      }
    }
  },
});

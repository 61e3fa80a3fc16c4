/** @file Check: declared variables are the same each time, and initialised by the given stream alone. */
import { hostRandom } from '@dualbeat/core';
import type { Named, VariableSpec } from '@dualbeat/core';
import { defineCheck, ensure } from '../check.ts';
import { freshHarness } from '../harness/module-subject.ts';
import type { ModuleCase } from '../harness/module-subject.ts';
import { distance, sizeOf } from '../support/arrays.ts';

export const stableVariables = defineCheck<ModuleCase>({
  name: 'stable-variables',
  states:
    'Two of the same options declare the same variables in the same order; `init` fills the shape from its stream alone.',
  async run(subject) {
    const [a, b] = [await freshHarness(subject), await freshHarness(subject)];
    for (const of of ['params', 'state'] as const) {
      const list = (specs: Named<VariableSpec>) =>
        Object.entries(specs).map(([name, { shape }]) => `${name} [${shape.join(', ')}]`);
      const [first, second] = [list(a[of]), list(b[of])];
      const at = first.findIndex((entry, i) => entry !== second[i]);
      ensure(
        at < 0 && first.length === second.length,
        `${of} declares ${first[at] ?? first.length} and the second time ${second[at] ?? second.length}`,
        'derive names and shapes from the options alone',
      );
      for (const [name, spec] of Object.entries(a[of])) {
        ensure(
          /^[^/\s]+(\/[^/\s]+)*$/.test(name),
          `the name ${JSON.stringify(name)} is no path of parts`,
          "name it like 'blocks/0/weight'",
        );
        const values = spec.init(hostRandom(3, name));
        ensure(
          values.length === sizeOf(spec.shape),
          `\`init\` of ${name} gives ${values.length} values for [${spec.shape.join(', ')}]`,
          'fill the declared shape',
        );
        const again = (b[of][name] as VariableSpec).init(hostRandom(3, name));
        ensure(
          distance(values, again) === 0,
          `\`init\` of ${name} gives other values for the same stream`,
          'draw from the function that `init` is given, and nothing else',
        );
        ensure(
          values.every(Number.isFinite),
          `\`init\` of ${name} is not finite`,
          'start from finite values',
        );
      }
    }
  },
});

/** @file Check: outputs are those of the golden file. */
import { rows } from '../compare.ts';
import { defineCheck } from '../check.ts';
import { compareGolden, goldenFile } from '../golden.ts';
import { filledInputs, variablesOf } from '../harness/harness.ts';
import { benchOf } from '../harness/module-subject.ts';
import type { ModuleSubject } from '../harness/module-subject.ts';
import { dtypeOf } from '../support/arrays.ts';

export const golden = defineCheck<ModuleSubject>({
  name: 'golden',
  states:
    'Outputs for the seed 1 equal those of the golden file, within the tolerance stated there.',
  unfit: ({ of }) => (of.golden === undefined ? 'no `golden` is given' : undefined),
  async run(subject) {
    const bench = await benchOf(subject);
    const { tolerance, file } = subject.of.golden ?? { tolerance: 0 };
    const { outputs } = bench.apply(
      variablesOf(bench.harness, 1),
      filledInputs(bench.harness, rows),
    );
    compareGolden(goldenFile(subject, subject.plugin.root, file), outputs, dtypeOf, tolerance);
  },
});

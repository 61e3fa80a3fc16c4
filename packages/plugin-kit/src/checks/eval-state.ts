/** @file Check: state moves in training alone, and under its declared names. */
import { bitsDiffering, rows } from '../compare.ts';
import { defineCheck, ensure } from '../check.ts';
import { filledInputs, variablesOf } from '../harness/harness.ts';
import { benchOf } from '../harness/module-subject.ts';
import type { ModuleSubject } from '../harness/module-subject.ts';

export const evalState = defineCheck<ModuleSubject>({
  name: 'eval-state',
  states:
    'State changes in training alone, also not where every parameter is frozen; entries have declared names and shapes.',
  async run(subject) {
    const bench = await benchOf(subject);
    const { harness } = bench;
    const vars = variablesOf(harness, 1);
    const inputs = filledInputs(harness, rows);
    const train = bench.apply(vars, inputs, { mode: 'train' }).state;
    for (const [name, { shape }] of Object.entries(train)) {
      const declared = harness.state[name];
      ensure(
        declared !== undefined && declared.shape.join() === shape.join(),
        `it gives the state "${name}" [${shape.join(', ')}], declared is ${declared === undefined ? 'none of that name' : `[${declared.shape.join(', ')}]`}`,
        'declare every state that `apply` gives',
      );
    }
    const changed = (state: typeof train) => bitsDiffering({ ...vars.state, ...state }, vars.state);
    const inEval = changed(bench.apply(vars, inputs, { mode: 'eval' }).state);
    ensure(
      inEval === undefined,
      `${inEval} after a call in eval`,
      "give state only where ctx.mode is 'train'",
    );
  },
});

/** @file Check: in eval, a row's output does not depend on its neighbours. */
import { differing, rows, roundOff } from '../compare.ts';
import { defineCheck, ensure } from '../check.ts';
import { filledInputs, mapArrays, selectRows, variablesOf } from '../harness/harness.ts';
import { benchOf } from '../harness/module-subject.ts';
import type { ModuleSubject } from '../harness/module-subject.ts';

export const rowIndependent = defineCheck<ModuleSubject>({
  name: 'row-independent',
  states: 'In eval, the outputs of a row are the same alone and in any batch.',
  async run(subject) {
    const bench = await benchOf(subject);
    const { harness } = bench;
    const vars = variablesOf(harness, 1);
    const inputs = filledInputs(harness, rows);
    const whole = bench.apply(vars, inputs).outputs;
    for (const part of [[0], [3], [4, 1]]) {
      const slice = mapArrays(inputs, (array) => selectRows(array, part));
      const alone = bench.apply(vars, slice).outputs;
      const wrong = differing(
        alone,
        mapArrays(whole, (array) => selectRows(array, part)),
        roundOff,
      );
      ensure(
        wrong === undefined,
        `${wrong} between rows ${part.join(', ')} alone and in a batch of ${rows}`,
        'use statistics over rows in training only, running ones in eval',
      );
    }
  },
});

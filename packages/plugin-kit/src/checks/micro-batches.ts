/** @file Check: a row draws the same numbers in a slice of the batch. */
import { differing, rows, roundOff } from '../compare.ts';
import { defineCheck, ensure } from '../check.ts';
import { filledInputs, mapArrays, selectRows, variablesOf } from '../harness/harness.ts';
import { benchOf } from '../harness/module-subject.ts';
import type { ModuleSubject } from '../harness/module-subject.ts';

export const microBatches = defineCheck<ModuleSubject>({
  name: 'micro-batches',
  states:
    'In training, a slice of the batch gives what the whole batch gives for its rows, random numbers included.',
  async run(subject) {
    const bench = await benchOf(subject);
    const { harness } = bench;
    if (Object.keys(harness.state).length > 0) return; // its statistics are of the batch, by contract
    const vars = variablesOf(harness, 1);
    const inputs = filledInputs(harness, rows);
    const whole = bench.apply(vars, inputs, { mode: 'train' }).outputs;
    const part = [2, 3];
    const slice = mapArrays(inputs, (array) => selectRows(array, part));
    const alone = bench.apply(vars, slice, { mode: 'train', firstRow: 2 }).outputs;
    const wrong = differing(
      alone,
      mapArrays(whole, (array) => selectRows(array, part)),
      roundOff,
    );
    ensure(
      wrong === undefined,
      `${wrong} between rows 2 and 3 of the batch and the same rows as a micro-batch`,
      'draw with the number of rows as shape[0], and let no row see another',
    );
  },
});

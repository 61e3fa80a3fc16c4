/** @file Check: rows that are not present change nothing. */
import type { HostArray, Named } from '@dualbeat/core';
import {
  mapArrays,
  filledInputs,
  selectRows,
  variablesOf,
  withAbsent,
} from '../harness/harness.ts';
import { bitsDiffering, differing, rows, roundOff } from '../compare.ts';
import { defineCheck, ensure } from '../check.ts';
import { benchOf, freshHarness } from '../harness/module-subject.ts';
import type { ModuleSubject } from '../harness/module-subject.ts';

const gone = [1, 3];
const here = [0, 2, 4];
/** What a loader fills a batch up with; the rows that are there keep their numbers, and so their random numbers. */
const padded = [3, 4];
const unpadded = [0, 1, 2];
/** Scalars of a loss or task: its outputs by row may say anything in absent rows. */
const scalars = (outputs: Named<HostArray>): Named<HostArray> =>
  Object.fromEntries(Object.entries(outputs).filter(([name]) => /^(loss|parts|report)/.test(name)));

const lossOf = (outputs: Named<HostArray>): Named<HostArray> => ({
  loss: outputs['loss'] as HostArray,
});

export const absentRows = defineCheck<ModuleSubject>({
  name: 'absent-rows',
  states: 'What stands in absent rows does not matter; a loss is that of the rows that are there.',
  async run(subject) {
    const bench = await benchOf(subject);
    const { harness } = bench;
    if (Object.keys((await freshHarness(subject)).presence).length === 0) return;
    const vars = variablesOf(harness, 1);
    const full = filledInputs(harness, rows);
    const empty = withAbsent(harness, full, gone, () => 0);
    const garbage = withAbsent(harness, full, gone, (i) => 50 * Math.sin(i + 1) - 7);
    for (const mode of ['eval', 'train'] as const) {
      const [a, b] = [bench.apply(vars, empty, { mode }), bench.apply(vars, garbage, { mode })];
      const pick = (outputs: typeof a.outputs) =>
        harness.outputs === null
          ? scalars(outputs)
          : mapArrays(outputs, (one) => selectRows(one, here));
      const wrong =
        differing(pick(b.outputs), pick(a.outputs), roundOff) ??
        differing(b.state, a.state, roundOff);
      ensure(
        wrong === undefined,
        `${wrong} (${mode}) when only the content of absent rows changes`,
        'weigh every sum over rows by `present`',
      );
    }
    if (harness.outputs !== null) return;
    const rest = mapArrays(full, (array) => selectRows(array, unpadded));
    const filled = withAbsent(harness, full, padded, () => 0);
    const [a, b] = [bench.apply(vars, filled), bench.apply(vars, rest)];
    const wrong = differing(lossOf(a.outputs), lossOf(b.outputs), roundOff);
    ensure(
      wrong === undefined,
      `${wrong} between a batch with absent rows and the batch without them`,
      'divide by the number of rows that are present',
    );
    const { inputs } = bench.gradients(vars, garbage, { mode: 'train' });
    for (const [name, gradient] of Object.entries(inputs)) {
      const part = selectRows(gradient, gone);
      const zero = { shape: part.shape, data: new Float32Array(part.data.length) };
      ensure(
        bitsDiffering({ x: { ...part, data: part.data.map(Math.abs) } }, { x: zero }) === undefined,
        `"${name}" has a gradient in absent rows`,
        'weigh every sum over rows by `present`',
      );
    }
  },
});

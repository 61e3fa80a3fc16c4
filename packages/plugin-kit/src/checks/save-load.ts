/** @file Check: the variables are all there is to save. */
import { readSafetensors, writeSafetensors } from '@dualbeat/nn';
import { checkFit } from '@dualbeat/training';
import type { HostArray, Named } from '@dualbeat/core';
import { bitsDiffering, rows } from '../compare.ts';
import { defineCheck, ensure } from '../check.ts';
import { openBench } from '../harness/bench.ts';
import { filledInputs, mapArrays, variablesOf } from '../harness/harness.ts';
import { benchOf, freshHarness } from '../harness/module-subject.ts';
import type { ModuleSubject } from '../harness/module-subject.ts';

export const saveLoad = defineCheck<ModuleSubject>({
  name: 'save-load',
  states:
    'Saved and loaded into a fresh one, the variables give the same bits; one of another shape is refused by name.',
  async run(subject) {
    const bench = await benchOf(subject);
    const { harness } = bench;
    const vars = variablesOf(harness, 1);
    const loaded = {
      params: throughFile(vars.params),
      state: throughFile(vars.state),
    };
    const second = await freshHarness(subject);
    checkFit('saved', loaded.params, second.params);
    checkFit('saved', loaded.state, second.state);
    const inputs = filledInputs(harness, rows);
    const wrong = bitsDiffering(
      openBench(subject.runtime, second).apply(loaded, inputs).outputs,
      bench.apply(vars, inputs).outputs,
    );
    ensure(
      wrong === undefined,
      `${wrong} between the first module and a fresh one with its saved variables`,
      'hold everything that outputs depend on in params and state',
    );
    for (const name of Object.keys(vars.params).slice(0, 1)) {
      const other = mapArrays(loaded.params, (array, key) =>
        key === name ? { ...array, shape: [...array.shape, 2] } : array,
      );
      let message = 'nothing';
      try {
        checkFit('saved', other, second.params);
      } catch (error) {
        message = (error as Error).message;
      }
      ensure(
        message.includes(name),
        `a wrong shape of "${name}" gives ${message}`,
        'declare the shape of every parameter',
      );
    }
  },
});

function throughFile(arrays: Named<HostArray>): Named<HostArray> {
  const bytes = writeSafetensors(
    Object.fromEntries(
      Object.entries(arrays).map(([name, { shape, data }]) => [
        name,
        { dtype: 'F32' as const, shape, data },
      ]),
    ),
  );
  return readSafetensors(bytes).tensors as Named<HostArray>;
}

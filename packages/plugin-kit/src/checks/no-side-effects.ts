/** @file Check: `create` and `apply` touch nothing outside. */
import type { Kind } from '@dualbeat/core';
import { rows } from '../compare.ts';
import { defineCheck, ensure } from '../check.ts';
import type { CaseSubject } from '../check.ts';
import { openBench } from '../harness/bench.ts';
import { filledInputs, variablesOf } from '../harness/harness.ts';
import { freshHarness } from '../harness/module-subject.ts';
import type { ModuleSubject } from '../harness/module-subject.ts';
import { watch } from '../traps.ts';

const fix = 'take randomness, time and places from what the component is given';

/** The component's own work under the traps. Errors: E_CONFORMANCE. */
export async function untouched<T>(what: string, fn: () => T | Promise<T>): Promise<T> {
  const { touched, error, result } = await watch(fn);
  ensure(touched.length === 0, `${what} uses ${touched.join(', ')}`, fix);
  if (error !== undefined) throw error;
  return result as T;
}

export const createTouchesNothing = defineCheck<CaseSubject<Kind>>({
  name: 'create-touches-nothing',
  states:
    '`create` uses no Math.random and no clock, writes nothing, opens no connection and starts no process.',
  async run(subject) {
    await untouched('`create`', () => subject.make());
  },
});

export const applyTouchesNothing = defineCheck<ModuleSubject>({
  name: 'apply-touches-nothing',
  states:
    '`init` and `apply` use no Math.random and no clock, write nothing and open no connection.',
  unfit: ({ mode }) => (mode === 'js' ? undefined : 'the same code as on js'),
  async run(subject) {
    const harness = await freshHarness(subject);
    const bench = openBench(subject.runtime, harness);
    const inputs = filledInputs(harness, rows);
    await untouched('`init`', () => variablesOf(harness, 1));
    await untouched('`apply`', () => {
      bench.apply(variablesOf(harness, 1), inputs, { mode: 'train' });
      bench.apply(variablesOf(harness, 1), inputs, { mode: 'eval' });
    });
  },
});

/** @file Check: no tensor stays behind. */
import type { Named, Tree } from '@dualbeat/core';
import { makeRng } from '@dualbeat/nn';
import { rows } from '../compare.ts';
import { costly, defineCheck, ensure } from '../check.ts';
import { filledInputs, variablesOf } from '../harness/harness.ts';
import { benchOf, freshHarness } from '../harness/module-subject.ts';
import type { ModuleSubject } from '../harness/module-subject.ts';
import { upload } from '../support/runtime-tests.ts';

const calls = 50;

export const noGrowth = defineCheck<ModuleSubject>({
  name: 'no-growth',
  states: 'After 50 calls no tensor is left, and none where a call throws.',
  unfit: ({ mode, first }) => costly(mode === 'js' || first),
  async run(subject) {
    const { runtime } = subject;
    const { tf } = runtime;
    const harness = await freshHarness(subject);
    const vars = variablesOf(harness, 1);
    const step = (given: Named<Named>): { outputs: Named; state: Named } => {
      const at = {
        key: tf.tensor([7, 0], [2], 'int32'),
        step: tf.scalar(1, 'int32'),
        firstRow: tf.scalar(0, 'int32'),
      };
      const ctx = {
        tf,
        rng: makeRng(tf, at, 'kit'),
        progress: tf.scalar(0),
        mode: 'train' as const,
        frozen: () => false,
      };
      const { params = {}, state = {}, inputs = {} } = given;
      return harness.apply({ params, state }, inputs, ctx);
    };
    const up = {
      params: upload(runtime, vars.params),
      state: upload(runtime, vars.state),
      inputs: upload(runtime, filledInputs(harness, rows)),
    };
    const once = (fn: (given: Named<Named>) => Tree): void => runtime.dispose(fn(up));
    const growth = (during: () => unknown): number => {
      during(); // a first call may make constants of the trace
      const before = runtime.liveTensors();
      for (let i = 0; i < calls; i++) during();
      return runtime.liveTensors() - before;
    };
    try {
      const bench = await benchOf(subject);
      const inputs = filledInputs(bench.harness, rows);
      const grown = growth(() => bench.apply(vars, inputs, { mode: 'train' }));
      ensure(
        grown === 0,
        `${grown} tensors are left after ${calls} calls`,
        'do not keep tensors and hold none outside the variables',
      );
      const throwing = runtime.compile('no-growth-throws', (given: Named<Named>): Tree => {
        step(given);
        throw new Error('thrown by the check');
      });
      const left = growth(() => {
        try {
          once(throwing);
        } catch {
          // what is counted is what it leaves
        }
      });
      ensure(
        left === 0,
        `${left} tensors are left after ${calls} calls that throw`,
        'make tensors within `apply` only, so that the tidy of the host finds them',
      );
    } finally {
      runtime.dispose(up);
    }
  },
});

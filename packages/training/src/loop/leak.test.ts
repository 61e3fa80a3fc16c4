import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Runtime } from '@dualbeat/core';
import { open, pairModules, pairRows, runtimeNames } from '../../test/support.ts';
import { initialise } from '../initialise.ts';
import { stageVariables } from '../stage-modules.ts';
import { openSession } from './session.ts';

const full = process.env['DUALBEAT_TEST_FULL'] === '1';
/** Garbage that waits for its collection is no leak. */
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const steps = full ? 10_000 : 400;

describe.each(runtimeNames)(`${steps} steps on the runtime %s`, (name) => {
  let runtime: Runtime;
  beforeAll(async () => void (runtime = await open(name)));
  afterAll(() => runtime.close());

  it.each([
    ['whole batches', {}],
    ['slices and accumulated batches', { accumulate: 2, slicing: { batchSize: 4, microBatch: 2 } }],
  ])(
    '%s: the number of tensors stays, and so does the memory',
    (_what, more) => {
      const modules = pairModules();
      const { params, state } = stageVariables(modules);
      const from = { params: initialise(params, 1), state: initialise(state, 1), optimizer: {} };
      const frozen = new Set<string>();
      const of = {
        runtime,
        modules,
        stage: 's',
        frozen,
        seed: 5,
        step: 0,
        emaDecay: undefined,
        from,
      };
      const session = openSession({ ...of, ...more });
      const rows = pairRows(8);
      const handles = (): number => process.getActiveResourcesInfo().length;
      const seen: { step: number; rss: number }[] = [];
      let [tensors, open_] = [0, 0];
      for (let step = 1; step <= steps; step++) {
        session.train(rows, { learningRate: 1e-3, progress: step / steps });
        if (step === 20) [tensors, open_] = [runtime.liveTensors(), handles()];
        if (step > 20 && step % 100 === 0) {
          expect(runtime.liveTensors()).toBe(tensors);
          expect(handles()).toBe(open_);
        }
        if (step % Math.max(100, steps / 20) === 0) {
          collect();
          seen.push({ step, rss: process.memoryUsage.rss() / 2 ** 20 });
        }
      }
      session.close();
      // Over the second half: the first one warms up caches and the heap.
      const late = seen.slice(Math.floor(seen.length / 2));
      const [first, last] = [late[0], late.at(-1)];
      if (!full || first === undefined || last === undefined) return;
      const perThousand = ((last.rss - first.rss) / (last.step - first.step)) * 1000;
      expect(perThousand, `${perThousand.toFixed(2)} MiB per 1,000 steps`).toBeLessThan(1);
    },
    1_800_000,
  );
});

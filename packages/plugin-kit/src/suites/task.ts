/** @file The suite of tasks. */
import type { Host } from '@dualbeat/core';
import type { PluginLike } from '../check.ts';
import { absentRows } from '../checks/absent-rows.ts';
import { compiledAsEager } from '../checks/compiled-as-eager.ts';
import { evalState } from '../checks/eval-state.ts';
import { finiteGradients } from '../checks/finite-gradients.ts';
import { finiteOutputs } from '../checks/finite-outputs.ts';
import { golden } from '../checks/golden.ts';
import { partsAddUp } from '../checks/loss-algebra.ts';
import { noGrowth } from '../checks/no-growth.ts';
import { applyTouchesNothing, createTouchesNothing } from '../checks/no-side-effects.ts';
import { packageChecks } from '../checks/package-checks.ts';
import { saveLoad } from '../checks/save-load.ts';
import { seeded } from '../checks/seeded.ts';
import { freezing, learns, resume } from '../checks/stage-checks.ts';
import { accepts, encodedRows, maskedOutputs } from '../checks/task.ts';
import { trainableParameters } from '../checks/trainable-parameters.ts';
import type { ModuleOf } from '../harness/module-subject.ts';
import { taskFrom } from '../harness/task-harness.ts';
import type { TaskOf } from '../harness/task-harness.ts';
import { makeSuite } from '../suite.ts';
import type { Suite, SuiteOptions } from '../suite.ts';

export type TaskSuite = SuiteOptions<
  TaskOf & { readonly name?: string; readonly options?: object }
> &
  Pick<ModuleOf, 'golden' | 'unused'>;

export function taskSuite(plugin: PluginLike, of: TaskSuite): Suite {
  const cases = of.cases.map((one) => ({
    ...one,
    from: async (host: Host) => taskFrom(await one.stage(host)),
  }));
  return makeSuite(
    'task',
    plugin,
    { ...of, cases },
    {
      component: packageChecks,
      cases: [accepts, createTouchesNothing],
      runtimes: [
        encodedRows,
        maskedOutputs,
        partsAddUp,
        finiteOutputs,
        finiteGradients,
        trainableParameters,
        absentRows,
        seeded,
        evalState,
        compiledAsEager,
        noGrowth,
        saveLoad,
        applyTouchesNothing,
        golden,
        resume,
        freezing,
        learns,
      ],
    },
  );
}

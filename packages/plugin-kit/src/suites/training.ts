/** @file The suites of optimisers and schedules. */
import type { Case, PluginLike } from '../check.ts';
import { createTouchesNothing } from '../checks/no-side-effects.ts';
import * as optimizer from '../checks/optimizer.ts';
import type { OptimizerOf } from '../checks/optimizer.ts';
import { packageChecks } from '../checks/package-checks.ts';
import * as schedule from '../checks/schedule.ts';
import type { ScheduleOf } from '../checks/schedule.ts';
import { makeSuite } from '../suite.ts';
import type { Suite, SuiteOptions } from '../suite.ts';

/** `cases` may be left out: the defaults. */
type Defaults<C> = Partial<SuiteOptions<C>> & Omit<SuiteOptions<C>, 'cases'>;
export type OptimizerSuite = Defaults<Case<'optimizer'>> & OptimizerOf;
export type ScheduleSuite = Defaults<Case<'schedule'> & ScheduleOf>;

export function optimizerSuite(plugin: PluginLike, of: OptimizerSuite = {}): Suite {
  return makeSuite(
    'optimizer',
    plugin,
    { ...of, cases: of.cases ?? [{}] },
    {
      component: packageChecks,
      cases: [optimizer.optimizerState, createTouchesNothing],
      runtimes: [
        optimizer.optimizerUpdate,
        optimizer.optimizerByName,
        optimizer.optimizerGroups,
        optimizer.optimizerDescends,
        optimizer.optimizerReference,
        optimizer.optimizerCompiled,
        optimizer.optimizerNoGrowth,
        optimizer.optimizerResume,
      ],
    },
  );
}

export function scheduleSuite(plugin: PluginLike, of: ScheduleSuite = {}): Suite {
  return makeSuite(
    'schedule',
    plugin,
    { ...of, cases: of.cases ?? [{}] },
    {
      component: packageChecks,
      cases: [
        createTouchesNothing,
        schedule.scheduleRates,
        schedule.scheduleMemory,
        schedule.scheduleExpected,
      ],
    },
  );
}

/** @file Check: interrupted anywhere and resumed, training ends in the same bits. */
import type { Kind } from '@dualbeat/core';
import { bitsDiffering } from '../compare.ts';
import { costly, defineCheck, ensure } from '../check.ts';
import type { Check, RuntimeSubject } from '../check.ts';
import { totalSteps, trainInterrupted } from '../stage/stage-fixture.ts';
import type { StageFixture } from '../stage/stage-fixture.ts';

/** The check for a kind whose stage `fixture` makes. */
export function resumeCheck<S extends RuntimeSubject<Kind>>(
  fixture: (subject: S) => Promise<StageFixture>,
): Check<S> {
  return defineCheck<S>({
    name: 'resume',
    states:
      'A tiny stage that is interrupted after any step and resumed with fresh modules ends in the bits of the uninterrupted one.',
    unfit: ({ mode, first }) => costly(mode !== 'tf eager' && (mode === 'js' || first)),
    async run(subject) {
      const { runtime, mode } = subject;
      const make = () => fixture(subject);
      const whole = await trainInterrupted(runtime, make, []);
      const all = Array.from({ length: totalSteps - 1 }, (_, k) => k + 1);
      for (const k of mode === 'js' ? all : [2]) {
        const resumed = await trainInterrupted(runtime, make, [k]);
        const wrong =
          bitsDiffering(resumed.params, whole.params) ??
          bitsDiffering(resumed.state, whole.state) ??
          bitsDiffering(resumed.optimizer, whole.optimizer);
        ensure(
          wrong === undefined,
          `${wrong} between the uninterrupted run and the one interrupted after step ${k} of ${totalSteps}`,
          'hold what changes from step to step in params, state or memory, not in the component',
        );
        ensure(
          JSON.stringify(resumed.progress) === JSON.stringify(whole.progress),
          `the progress differs when interrupted after step ${k} of ${totalSteps}`,
          'give the same numbers for the same place in the stage',
        );
      }
    },
  });
}

/** @file Check: every parameter trains. */
import { matcher } from '@dualbeat/training';
import { notFinite, rows } from '../compare.ts';
import { defineCheck, ensure } from '../check.ts';
import { filledInputs, variablesOf } from '../harness/harness.ts';
import { benchOf } from '../harness/module-subject.ts';
import type { ModuleSubject } from '../harness/module-subject.ts';

export const trainableParameters = defineCheck<ModuleSubject>({
  name: 'trainable-parameters',
  states: 'Every parameter has a path to the outputs and a finite gradient that is not zero.',
  async run(subject) {
    const bench = await benchOf(subject);
    const { harness } = bench;
    const exempt = (subject.of.unused ?? []).map(matcher);
    const { params, unconnected } = bench.gradients(
      variablesOf(harness, 1),
      filledInputs(harness, rows),
      { mode: 'train' },
    );
    const counted = Object.keys(harness.params).filter((name) => !exempt.some((is) => is(name)));
    const lost = counted.filter((name) => unconnected.includes(name));
    ensure(
      lost.length === 0,
      `the outputs do not depend on ${lost.join(', ')}`,
      'use the parameter, do not declare it, or list it as `unused` with the call that does use it',
    );
    const wrong = notFinite(params);
    ensure(wrong === undefined, `the gradient of ${wrong}`, 'find the op that is not finite');
    const zero = counted.filter((name) => params[name]?.data.every((x) => x === 0));
    ensure(
      zero.length === 0,
      `the gradient of ${zero.join(', ')} is zero at a random point`,
      'look for a gradient that is stopped or a factor that is zero',
    );
  },
});

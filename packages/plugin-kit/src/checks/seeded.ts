/** @file Check: randomness is the seed's. */
import { bitsDiffering, rows } from '../compare.ts';
import { defineCheck, ensure } from '../check.ts';
import { filledInputs, variablesOf } from '../harness/harness.ts';
import { benchOf } from '../harness/module-subject.ts';
import type { ModuleSubject } from '../harness/module-subject.ts';

export const seeded = defineCheck<ModuleSubject>({
  name: 'seeded',
  states:
    'The same seed gives the same bits; where numbers are drawn in training, another seed or step gives others; eval ignores the seed.',
  async run(subject) {
    const bench = await benchOf(subject);
    const { harness } = bench;
    const vars = variablesOf(harness, 1);
    const inputs = filledInputs(harness, rows);
    const at = (mode: 'train' | 'eval', seed: number, step = 1) =>
      bench.apply(vars, inputs, { mode, seed, step }).outputs;
    for (const mode of ['train', 'eval'] as const) {
      const wrong = bitsDiffering(at(mode, 7), at(mode, 7));
      ensure(
        wrong === undefined,
        `${wrong} between two calls with the same seed (${mode})`,
        'keep nothing between calls, and draw from ctx.rng alone',
      );
    }
    // a task may draw in eval: evaluation gives it the same stream each time
    const ignored =
      subject.kind === 'task' ? undefined : bitsDiffering(at('eval', 8), at('eval', 7));
    ensure(
      ignored === undefined,
      `${ignored} between two seeds in eval`,
      "draw only where ctx.mode is 'train'",
    );
    if (!bench.drew('train')) return;
    for (const [what, other] of [
      ['seed', at('train', 8)],
      ['step', at('train', 7, 2)],
    ] as const) {
      ensure(
        bitsDiffering(other, at('train', 7)) !== undefined,
        `numbers are drawn in training, but another ${what} gives the same outputs`,
        'use what is drawn, and draw it within `apply`',
      );
    }
  },
});

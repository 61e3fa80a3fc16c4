/** @file Checks of modules in a tiny stage: resuming, freezing and learning. */
import type { Named, HostArray } from '@dualbeat/core';
import { bitsDiffering } from '../compare.ts';
import { costly, defineCheck, ensure } from '../check.ts';
import type { ModuleSubject } from '../harness/module-subject.ts';
import { moduleStage } from '../stage/module-stage.ts';
import { trainSteps } from '../stage/stage-fixture.ts';
import type { StageFixture } from '../stage/stage-fixture.ts';
import { resumeCheck } from './resume.ts';

const onJs = ({ mode }: ModuleSubject): string | undefined => costly(mode === 'js');

export const resume = resumeCheck<ModuleSubject>((subject) => moduleStage(subject));

const changed = (before: Named<HostArray>, after: Named<HostArray>): readonly string[] =>
  Object.keys(before).filter(
    (name) =>
      bitsDiffering({ x: after[name] as HostArray }, { x: before[name] as HostArray }) !==
      undefined,
  );

export const freezing = defineCheck<ModuleSubject>({
  name: 'freezing',
  states:
    'Two training steps leave exactly the frozen parameters as they are; with all frozen, the state too.',
  unfit: onJs,
  async run(subject) {
    const { runtime } = subject;
    const stage = await moduleStage(subject);
    const own = Object.keys(
      trainSteps(runtime, stage, { steps: 0, learningRate: 0 }).before.params,
    );
    const free = trainSteps(runtime, stage, { steps: 2, learningRate: 0.05 });
    const moved = changed(free.before.params, free.after.params);
    for (const half of [0, 1]) {
      if (moved.length === 0) break;
      const frozen = new Set(own.filter((_, i) => i % 2 === half));
      const ran = trainSteps(runtime, stage, { steps: 2, learningRate: 0.05, frozen });
      const now = changed(ran.before.params, ran.after.params);
      const wrong = now.filter((name) => frozen.has(name));
      const still = moved.filter((name) => !frozen.has(name) && !now.includes(name));
      ensure(
        wrong.length + still.length === 0,
        wrong.length > 0
          ? `${wrong.join(', ')} changes although it is frozen`
          : `${still.join(', ')} stays although only ${[...frozen].join(', ')} is frozen`,
        'let freezing one parameter stop no gradient of another',
      );
    }
    const all = trainSteps(runtime, stage, {
      steps: 2,
      learningRate: 0.05,
      frozen: new Set(own),
    });
    const after = [
      ...changed(all.before.params, all.after.params),
      ...changed(all.before.state, all.after.state),
    ];
    ensure(
      after.length === 0,
      `${after.join(', ')} changes although every parameter is frozen`,
      "use running statistics, unchanged, where ctx.mode is 'eval' or the weight is frozen",
    );
  },
});

/** The first learning rate at which 20 steps reduce the loss; undefined: none does. */
export async function learningRateThatHelps(
  subject: Pick<ModuleSubject, 'runtime'>,
  make: () => Promise<StageFixture>,
): Promise<{ readonly rate: number | undefined; readonly tried: readonly string[] }> {
  const tried: string[] = [];
  for (const learningRate of [0.1, 0.01, 0.001, 1]) {
    const { losses } = trainSteps(subject.runtime, await make(), { steps: 21, learningRate });
    // means: dropout makes each loss a draw
    const mean = (part: readonly number[]) => part.reduce((a, b) => a + b, 0) / part.length;
    const [first, last] = [mean(losses.slice(0, 4)), mean(losses.slice(-4))];
    tried.push(`${learningRate}: ${first.toPrecision(5)} -> ${last.toPrecision(5)}`);
    if (last < first - 1e-6 * Math.abs(first)) return { rate: learningRate, tried };
  }
  return { rate: undefined, tried };
}

export const learns = defineCheck<ModuleSubject>({
  name: 'learns',
  states: '20 steps of gradient descent reduce the loss on random data.',
  unfit: onJs,
  async run(subject) {
    const { rate, tried } = await learningRateThatHelps(subject, () => moduleStage(subject, 0));
    ensure(
      rate !== undefined,
      `20 steps do not reduce the loss at any learning rate (${tried.join('; ')})`,
      'check the sign and the path of the gradient',
    );
  },
});

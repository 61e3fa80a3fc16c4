/** @file Broken optimisers and schedules. */
import { at } from '@dualbeat/core';
import type { Optimizer, Schedule, Tensor } from '@dualbeat/core';
import { optimizerSuite, scheduleSuite } from '../suites/training.ts';
import { tinyOptimizer } from '../stage/tiny.ts';
import { inMemory } from './mutant.ts';
import type { Family } from './mutant.ts';

/** Gradient descent with momentum that obeys groups. */
const healthy = (): Optimizer => {
  const { init } = tinyOptimizer(0.5);
  return {
    init,
    update(grads, state, params, { learningRate }, groups, tf) {
      const moved: { [name: string]: Tensor } = {};
      const next: { [name: string]: Tensor } = {};
      for (const [name, param] of Object.entries(params)) {
        const v = tf.add(tf.mul(at(state, `v/${name}`), 0.5), at(grads, name));
        next[`v/${name}`] = v;
        const factor = at(groups, name).learningRate;
        moved[name] = tf.sub(param, tf.mul(v, tf.mul(learningRate, factor)));
      }
      return { params: moved, state: next };
    },
  };
};
const optimizers = (change: (healthy: Optimizer) => Optimizer = (one) => one, scale = 1) =>
  optimizerSuite(
    inMemory('optimizer', () => change(healthy())),
    {
      id: 'kit/broken',
      reference({ start, gradients, learningRate }) {
        let [x, v] = [start, 0];
        return gradients.map((g) => {
          v = 0.5 * v + g;
          return (x -= scale * learningRate * v);
        });
      },
    },
  );
/** Changes the gradients on their way in. */
const graded =
  (change: (gradient: Tensor, tf: Parameters<Optimizer['update']>[5]) => Tensor) =>
  (one: Optimizer): Optimizer => ({
    ...one,
    update(grads, state, params, now, groups, tf) {
      const changed = Object.entries(grads).map(([name, g]) => [name, change(g, tf)] as const);
      return one.update(Object.fromEntries(changed), state, params, now, groups, tf);
    },
  });
/** The first parameter's momentum is everybody's. */
const shared = (one: Optimizer): Optimizer => ({
  ...one,
  update(grads, state, params, now, groups, tf) {
    const [first] = Object.keys(params) as [string];
    const push = tf.sum(at(state, `v/${first}`));
    const added = Object.entries(grads).map(([name, g]) => [name, tf.add(g, push)] as const);
    return one.update(Object.fromEntries(added), state, params, now, groups, tf);
  },
});
const counting = (one: Optimizer): Optimizer => {
  let steps = 0;
  return graded((g, tf) => tf.mul(g, 1 + ++steps / 10))(one);
};

export const optimizerFamily: Family = {
  healthy: optimizers(),
  mutants: [
    {
      check: 'optimizer-state',
      what: 'names state by place',
      suite: optimizers((one) => ({
        ...one,
        init: (params) =>
          Object.fromEntries(Object.values(params).map((spec, i) => [`v/${i}`, spec])),
      })),
    },
    {
      check: 'optimizer-update',
      what: 'divides by the size of the gradient',
      suite: optimizers(graded((g, tf) => tf.div(g, tf.sum(tf.abs(g))))),
    },
    { check: 'optimizer-by-name', what: 'mixes momenta', suite: optimizers(shared) },
    {
      check: 'optimizer-groups',
      what: 'does not look at groups',
      suite: optimizers(() => tinyOptimizer(0.5)),
    },
    {
      check: 'optimizer-descends',
      what: 'climbs',
      suite: optimizers(graded((g, tf) => tf.neg(g))),
    },
    {
      check: 'optimizer-reference',
      what: 'differs from its reference',
      suite: optimizers((one) => one, 2),
    },
    {
      check: 'compiled-as-eager',
      what: 'counts steps on the host',
      suite: optimizers(counting),
      on: 'tf',
    },
    {
      check: 'no-growth',
      what: 'keeps a tensor at each step',
      suite: optimizers(graded((g, tf) => tf.add(g, tf.keep(tf.scalar(0))))),
    },
    { check: 'resume', what: 'counts steps on the host', suite: optimizers(counting) },
  ],
};

/** Halves the rate after an epoch that was no better. */
const plateau = (): Schedule => ({
  at: (_position, memory) => ((memory as { rate: number } | null) ?? { rate: 1 }).rate,
  observe(metrics, memory) {
    const { rate, best } = (memory as { rate: number; best: number } | null) ?? {
      rate: 1,
      best: 1e9,
    };
    const loss = metrics['val/loss'] ?? best;
    return { rate: loss < best ? rate : rate / 2, best: Math.min(loss, best) };
  },
});
const schedules = (make: () => Schedule = plateau, rate = 1) =>
  scheduleSuite(inMemory('schedule', make), {
    id: 'kit/broken',
    cases: [{ expected: [{ step: 0, stepsPerEpoch: 1, epochs: 1, rate }] }],
  });

export const scheduleFamily: Family = {
  healthy: schedules(),
  mutants: [
    {
      check: 'schedule-rates',
      what: 'divides by the epochs but one',
      suite: schedules(() => ({
        ...plateau(),
        at: ({ step, stepsPerEpoch, epochs }) => step / stepsPerEpoch / (epochs - 1),
      })),
    },
    {
      check: 'schedule-memory',
      what: 'remembers in a closure',
      suite: schedules(() => {
        let memory: unknown = null;
        const inner = plateau();
        return {
          at: (position) => inner.at(position, memory),
          observe(metrics) {
            memory = inner.observe(metrics, memory);
            return null;
          },
        };
      }),
    },
    {
      check: 'schedule-expected',
      what: 'starts at another rate',
      suite: schedules(plateau, 0.5),
    },
  ],
};

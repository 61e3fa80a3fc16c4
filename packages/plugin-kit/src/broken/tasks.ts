/** @file Broken tasks. */
import { at } from '@dualbeat/core';
import type { Task } from '@dualbeat/core';
import { taskSuite } from '../suites/task.ts';
import { tinyEncoder, tinyLoss } from '../stage/tiny.ts';
import { numbers } from '../support/arrays.ts';
import { inMemory } from './mutant.ts';
import type { Family } from './mutant.ts';

const view = { shape: [3], dtype: 'float32' as const };
const healthy: Task = {
  accepts: (has) => has.has('x') && has.has('y'),
  encode: (model, { views }) => ({ y: model.encode('x', at(views, 'x')).pooled }),
  objective(model, encoded, { views, targets, subject }) {
    const values = { y: { values: at(encoded, 'y'), present: at(views, 'x').present } };
    return { ...model.loss({ values, targets, subject }), outputs: values };
  },
};
const tasks = (change: Partial<Task> = {}) =>
  taskSuite(
    inMemory('task', () => ({ ...healthy, ...change })),
    {
      id: 'kit/broken',
      cases: [
        {
          views: { x: view },
          targets: { y: numbers([0, 0], [1, 1]) },
          stage: () => ({ encoders: { x: tinyEncoder(view, 2) }, loss: tinyLoss(['y']) }),
        },
      ],
    },
  );

export const taskFamily: Family = {
  healthy: tasks(),
  mutants: [
    { check: 'accepts', what: 'accepts anything', suite: tasks({ accepts: () => true }) },
    {
      check: 'encoded-rows',
      what: 'lets rows see each other in encode',
      suite: tasks({
        encode(model, { views }, { tf }) {
          const { pooled } = model.encode('x', at(views, 'x'));
          return { y: tf.sub(pooled, tf.mean(pooled, 0, true)) };
        },
      }),
    },
    {
      check: 'masked-outputs',
      what: 'says that padding is present',
      suite: tasks({
        objective(model, encoded, batch, ctx) {
          const { outputs, ...rest } = healthy.objective(model, encoded, batch, ctx);
          const { values } = at(outputs, 'y');
          const present = ctx.tf.ones([values.shape[0] as number], 'bool');
          return { ...rest, outputs: { y: { values, present } } };
        },
      }),
    },
  ],
};

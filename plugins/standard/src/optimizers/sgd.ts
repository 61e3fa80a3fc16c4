/** @file The optimiser `sgd`: gradient descent with momentum. */
import { at as entry, defineComponent } from '@dualbeat/core';
import type { Optimizer, Tensor } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { zeroLike } from './adamw.ts';
import { perFactor } from './per-factor.ts';

export const sgdOptions = Type.Object(
  {
    momentum: Type.Number({
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0.9,
      description: 'Part of the last direction that goes on; 0 keeps no state.',
    }),
    nesterov: Type.Boolean({ default: false, description: 'Looks one step ahead.' }),
    weightDecay: Type.Number({
      minimum: 0,
      default: 0,
      description: 'Part of a weight taken off per unit of learning rate (decoupled).',
    }),
  },
  { additionalProperties: false },
);

/** direction = momentum * direction + gradient; state 'momentum/<name>'. */
export function createSgd({
  momentum,
  nesterov,
  weightDecay,
}: Static<typeof sgdOptions>): Optimizer {
  return {
    init: (params) =>
      momentum === 0
        ? {}
        : Object.fromEntries(
            Object.entries(params).map(([name, spec]) => [`momentum/${name}`, zeroLike(spec)]),
          ),
    update(grads, state, params, at, groups, tf) {
      const rate = perFactor((factor) => tf.mul(at.learningRate, factor));
      const shrink = perFactor((factor) =>
        tf.sub(1, tf.mul(at.learningRate, factor * weightDecay)),
      );
      const nextParams: { [name: string]: Tensor } = {};
      const nextState: { [name: string]: Tensor } = {};
      for (const [name, param] of Object.entries(params)) {
        const gradient = entry(grads, name, 'gradient');
        const group = entry(groups, name, 'group');
        let direction = gradient;
        if (momentum > 0) {
          const old = entry(state, `momentum/${name}`, 'state');
          const moved = tf.add(tf.mul(old, momentum), gradient);
          nextState[`momentum/${name}`] = moved;
          direction = nesterov ? tf.add(gradient, tf.mul(moved, momentum)) : moved;
        }
        const decay = group.decay * group.learningRate;
        const shrunk = decay === 0 || weightDecay === 0 ? param : tf.mul(param, shrink(decay));
        nextParams[name] = tf.sub(shrunk, tf.mul(direction, rate(group.learningRate)));
      }
      return { params: nextParams, state: nextState };
    },
  };
}

export const sgd = defineComponent({
  kind: 'optimizer',
  id: 'sgd',
  options: sgdOptions,
  create: createSgd,
});

/** @file The optimiser `lion`: steps by the sign of a running mean (Chen et al. 2023), keyed by name. */
import { at as entry, defineComponent } from '@dualbeat/core';
import type { Ops, Optimizer, Tensor } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { zeroLike } from './adamw.ts';
import { perFactor } from './per-factor.ts';

export const lionOptions = Type.Object(
  {
    betas: Type.Array(Type.Number({ minimum: 0, exclusiveMaximum: 1 }), {
      minItems: 2,
      maxItems: 2,
      default: [0.9, 0.99],
      description: 'Share of the running mean in the direction, and its decay rate.',
    }),
    weightDecay: Type.Number({
      minimum: 0,
      default: 1e-3,
      description:
        'Part of a weight taken off per unit of learning rate; biases and gains are spared.',
    }),
  },
  { additionalProperties: false },
);

/** w = (1 - rate * decay) w - rate * sign(b1 m + (1 - b1) g); m = b2 m + (1 - b2) g. State 'm/<name>'. */
export function createLion({ betas, weightDecay }: Static<typeof lionOptions>): Optimizer {
  const [beta1, beta2] = betas as [number, number];
  return {
    init: (params) =>
      Object.fromEntries(
        Object.entries(params).map(([name, spec]) => [`m/${name}`, zeroLike(spec)]),
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
        const old = entry(state, `m/${name}`, 'state');
        const mix = (beta: number): Tensor => tf.add(tf.mul(old, beta), tf.mul(gradient, 1 - beta));
        const decay = group.decay * group.learningRate;
        const shrunk = decay === 0 || weightDecay === 0 ? param : tf.mul(param, shrink(decay));
        nextParams[name] = tf.sub(shrunk, tf.mul(signOf(tf, mix(beta1)), rate(group.learningRate)));
        nextState[`m/${name}`] = mix(beta2);
      }
      return { params: nextParams, state: nextState };
    },
  };
}

/** -1, 0 or 1. */
function signOf(tf: Ops, x: Tensor): Tensor {
  return tf.sub(tf.cast(tf.greater(x, 0), 'float32'), tf.cast(tf.less(x, 0), 'float32'));
}

export const lion = defineComponent({
  kind: 'optimizer',
  id: 'lion',
  options: lionOptions,
  create: createLion,
});

/** @file The optimiser `lars`: momentum with a rate of its own for each layer (You, Gitman and Ginsburg 2017), keyed by name. */
import { at as entry, defineComponent } from '@dualbeat/core';
import type { Ops, Optimizer, Tensor } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { zeroLike } from './adamw.ts';
import { perFactor } from './per-factor.ts';

export const larsOptions = Type.Object(
  {
    momentum: Type.Number({
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0.9,
      description: 'Part of the last direction that goes on.',
    }),
    trust: Type.Number({
      exclusiveMinimum: 0,
      default: 1e-3,
      description: 'Step of a layer as a part of the norm of its weights, at learning rate 1.',
    }),
    weightDecay: Type.Number({
      minimum: 0,
      default: 1e-6,
      description: 'Added to the gradient times the weight; biases and gains are spared.',
    }),
  },
  { additionalProperties: false },
);

/**
 * g = gradient + decay * w; q = trust * |w| / |g| (1 where either is 0, and for biases and gains, which do not decay);
 * direction = momentum * direction + q * g; w -= rate * direction. State 'momentum/<name>'.
 */
export function createLars({
  momentum,
  trust,
  weightDecay,
}: Static<typeof larsOptions>): Optimizer {
  return {
    init: (params) =>
      Object.fromEntries(
        Object.entries(params).map(([name, spec]) => [`momentum/${name}`, zeroLike(spec)]),
      ),
    update(grads, state, params, at, groups, tf) {
      const rate = perFactor((factor) => tf.mul(at.learningRate, factor));
      const nextParams: { [name: string]: Tensor } = {};
      const nextState: { [name: string]: Tensor } = {};
      for (const [name, param] of Object.entries(params)) {
        const group = entry(groups, name, 'group');
        const scaled = layerwise(tf, param, entry(grads, name, 'gradient'), {
          trust,
          decay: weightDecay * group.decay,
          adapt: group.decay !== 0,
        });
        const old = entry(state, `momentum/${name}`, 'state');
        const direction = tf.add(tf.mul(old, momentum), scaled);
        nextParams[name] = tf.sub(param, tf.mul(direction, rate(group.learningRate)));
        nextState[`momentum/${name}`] = direction;
      }
      return { params: nextParams, state: nextState };
    },
  };
}

function layerwise(
  tf: Ops,
  param: Tensor,
  gradient: Tensor,
  of: { readonly trust: number; readonly decay: number; readonly adapt: boolean },
): Tensor {
  const g = of.decay === 0 ? gradient : tf.add(gradient, tf.mul(param, of.decay));
  if (!of.adapt) return g;
  const norm = (x: Tensor): Tensor => tf.sqrt(tf.sum(tf.square(x)));
  const [weights, step] = [norm(param), norm(g)];
  const both = tf.logicalAnd(tf.greater(weights, 0), tf.greater(step, 0));
  const ratio = tf.div(tf.mul(weights, of.trust), tf.maximum(step, 1e-30));
  return tf.mul(g, tf.where(both, ratio, tf.onesLike(ratio)));
}

export const lars = defineComponent({
  kind: 'optimizer',
  id: 'lars',
  options: larsOptions,
  create: createLars,
});

/** @file The optimiser `adamw`: Adam with decoupled weight decay (Loshchilov and Hutter 2019), keyed by name. */
import { at as entry, defineComponent } from '@dualbeat/core';
import type { Ops, Optimizer, Tensor, VariableSpec } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { perFactor } from './per-factor.ts';

export const adamwOptions = Type.Object(
  {
    betas: Type.Array(Type.Number({ minimum: 0, exclusiveMaximum: 1 }), {
      minItems: 2,
      maxItems: 2,
      default: [0.9, 0.95],
      description: 'Decay rates of the running mean and of the running mean square.',
    }),
    epsilon: Type.Number({
      exclusiveMinimum: 0,
      default: 1e-8,
      description: 'Added to the root of the mean square.',
    }),
    weightDecay: Type.Number({
      minimum: 0,
      default: 1e-4,
      description:
        'Part of a weight taken off per unit of learning rate; biases and gains are spared.',
    }),
  },
  { additionalProperties: false },
);

/**
 * State 'm/<name>' and 'v/<name>'. The bias correction comes from the integer step (`at.step`, int32, from 1), so a
 * resumed run goes on to the bit.
 */
export function createAdamw({
  betas,
  epsilon,
  weightDecay,
}: Static<typeof adamwOptions>): Optimizer {
  const [beta1, beta2] = betas as [number, number];
  return {
    init: (params) =>
      Object.fromEntries(
        ['m', 'v'].flatMap((kind) =>
          Object.entries(params).map(([name, spec]) => [`${kind}/${name}`, zeroLike(spec)]),
        ),
      ),
    update(grads, state, params, at, groups, tf) {
      const step = tf.cast(at.step, 'float32');
      // sqrt(v / c2) + epsilon = (sqrt(v) + epsilon sqrt(c2)) / sqrt(c2): the corrections become two scalars.
      const root2 = tf.sqrt(correction(tf, beta2, step));
      const epsilonNow = tf.mul(root2, epsilon);
      const unit = tf.div(root2, correction(tf, beta1, step));
      const rate = perFactor((factor) => tf.mul(tf.mul(at.learningRate, unit), factor));
      const shrink = perFactor((factor) =>
        tf.sub(1, tf.mul(at.learningRate, factor * weightDecay)),
      );
      const nextParams: { [name: string]: Tensor } = {};
      const nextState: { [name: string]: Tensor } = {};
      for (const [name, param] of Object.entries(params)) {
        const gradient = entry(grads, name, 'gradient');
        const group = entry(groups, name, 'group');
        const m = mix(tf, entry(state, `m/${name}`, 'state'), gradient, beta1);
        const v = mix(tf, entry(state, `v/${name}`, 'state'), tf.square(gradient), beta2);
        const direction = tf.div(m, tf.add(tf.sqrt(v), epsilonNow));
        const decay = group.decay * group.learningRate;
        const shrunk = decay === 0 || weightDecay === 0 ? param : tf.mul(param, shrink(decay));
        nextParams[name] = tf.sub(shrunk, tf.mul(direction, rate(group.learningRate)));
        nextState[`m/${name}`] = m;
        nextState[`v/${name}`] = v;
      }
      return { params: nextParams, state: nextState };
    },
  };
}

/** 1 - beta^step; by expm1, since 1 - beta^step loses digits in float32 for betas near 1. */
function correction(tf: Ops, beta: number, step: Tensor): Tensor {
  if (beta === 0) return tf.scalar(1);
  return tf.neg(tf.expm1(tf.mul(step, Math.log(beta))));
}

/** beta * old + (1 - beta) * now. */
function mix(tf: Ops, old: Tensor, now: Tensor, beta: number): Tensor {
  return tf.add(tf.mul(old, beta), tf.mul(now, 1 - beta));
}

/** A zero variable of the same shape. */
export function zeroLike({ shape }: VariableSpec): VariableSpec {
  const size = shape.reduce((a, b) => a * b, 1);
  return { shape, decay: false, init: () => new Float32Array(size) };
}

export const adamw = defineComponent({
  kind: 'optimizer',
  id: 'adamw',
  options: adamwOptions,
  create: createAdamw,
});

/** @file The loss `cross-entropy`: one class out of several. */
import { at, defineComponent } from '@dualbeat/core';
import type { ArraySpec, Loss, Named, Ops, TargetSpec, Tensor } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { comparedNames, meanOfNames, targetsOption, weightedMean } from './compared.ts';

export const crossEntropyOptions = Type.Object(
  {
    targets: targetsOption,
    labelSmoothing: Type.Number({
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0,
      description: 'Part of the probability that is spread over all classes.',
    }),
    classWeights: Type.Enum(['none', 'balanced'], {
      default: 'none',
      description:
        'balanced: each class by the inverse of its share of the training part, so that all weigh alike.',
    }),
  },
  { additionalProperties: false },
);

/**
 * Values: logits [B, C]; targets: the index of the class, [B] (its names are the classes, its mean their shares in the
 * training part). Softmax cross-entropy, mean over the rows that have a class. Report: `cross-entropy.<name>`.
 * Errors: E_LOSS_NAMES, E_LOSS_SHAPE.
 */
export function createCrossEntropy(
  options: Static<typeof crossEntropyOptions>,
  from: { readonly values: Named<ArraySpec>; readonly targets: Named<TargetSpec> },
): Loss {
  const names = comparedNames('cross-entropy', options.targets, ['class'], from);
  return {
    params: {},
    state: {},
    uses: names,
    positives: 'row',
    apply(_vars, { values, targets }, { tf }) {
      const errors = names.map((name) => {
        const [value, target] = [at(values, name, 'value'), at(targets, name, 'target')];
        const [rows, classes] = value.values.shape as [number, number];
        const index = tf.cast(tf.reshape(target.values, [rows]), 'int32');
        const chosen = tf.cast(tf.oneHot(index, classes), 'float32');
        const wanted = tf.add(
          tf.mul(chosen, 1 - options.labelSmoothing),
          options.labelSmoothing / classes,
        );
        const error = tf.neg(tf.sum(tf.mul(wanted, logSoftmax(tf, value.values)), 1));
        const there = tf.logicalAnd(value.present, tf.reshape(target.present, [rows]));
        const shares =
          options.classWeights === 'balanced' ? at(from.targets, name).mean : undefined;
        const weights = tf.mul(
          tf.cast(there, 'float32'),
          shares === undefined ? 1 : tf.sum(tf.mul(chosen, inverse(tf, shares)), 1),
        );
        return [name, weightedMean(tf, error, weights)] as const;
      });
      return { outputs: meanOfNames(tf, 'cross-entropy', errors), state: {} };
    },
  };
}

/** Over the last axis of [B, C]. */
function logSoftmax(tf: Ops, logits: Tensor): Tensor {
  const shifted = tf.sub(logits, tf.stopGradient(tf.max(logits, 1, true)));
  return tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), 1, true)));
}

/** 1 / share, 0 for a class that the training part lacks. */
function inverse(tf: Ops, shares: readonly number[]): Tensor {
  return tf.tensor(
    shares.map((share) => (share > 0 ? 1 / share : 0)),
    [1, shares.length],
    'float32',
  );
}

export const crossEntropy = defineComponent({
  kind: 'loss',
  id: 'cross-entropy',
  options: crossEntropyOptions,
  create: createCrossEntropy,
});

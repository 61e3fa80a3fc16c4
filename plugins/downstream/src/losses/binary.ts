/** @file Losses of yes-or-no targets: `bce` and `focal`. */
import { at, defineComponent } from '@dualbeat/core';
import type { Kinds, Loss, Ops, TargetSpec, Tensor } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { shapeDiffers } from '../errors.ts';
import {
  bothPresent,
  comparedNames,
  meanOfNames,
  softplus,
  targetsOption,
  weightedMean,
} from './compared.ts';

const classWeights = Type.Enum(['none', 'balanced'], {
  default: 'none',
  description:
    'balanced: positives and negatives of each name by the inverse of their share of the training part, so that both weigh alike. Validation and test keep their prevalence in the metrics.',
});
export const bceOptions = Type.Object(
  { targets: targetsOption, classWeights },
  { additionalProperties: false },
);
export const focalOptions = Type.Object(
  {
    targets: targetsOption,
    classWeights,
    gamma: Type.Number({
      minimum: 0,
      default: 2,
      description: 'How much less a well-judged row counts; 0 is bce.',
    }),
  },
  { additionalProperties: false },
);
type Options = Static<typeof bceOptions> & { readonly gamma?: number };

/**
 * Weights of the two classes by column: 1 / (2 share). The share is the mean of the target, over the training part
 * alone. 1 where the training part has one class only.
 */
export function classWeightsOf({ mean }: TargetSpec): {
  readonly positive: readonly number[];
  readonly negative: readonly number[];
} {
  const weight = (share: number): number => (share > 0 && share < 1 ? 1 / (2 * share) : 1);
  return { positive: mean.map(weight), negative: mean.map((share) => weight(1 - share)) };
}

/** Several columns are as many independent questions (multi-label). Errors: E_LOSS_NAMES, E_LOSS_SHAPE. */
function createBinary(id: string, options: Options, from: Kinds['loss']['from']): Loss {
  const names = comparedNames(id, options.targets, 'binary', from);
  for (const name of names) {
    const [value, target] = [at(from.values, name).shape, at(from.targets, name).shape];
    if (value.join() !== target.join())
      throw shapeDiffers(id, name, value, `[${target.join(', ')}]`);
  }
  const balance = (tf: Ops, name: string, truth: Tensor): Tensor | number => {
    if (options.classWeights === 'none') return 1;
    const spec = at(from.targets, name);
    const { positive, negative } = classWeightsOf(spec);
    const row = (of: readonly number[]): Tensor => tf.tensor([...of], [...spec.shape], 'float32');
    return tf.add(tf.mul(truth, row(positive)), tf.mul(tf.sub(1, truth), row(negative)));
  };
  return {
    params: {},
    state: {},
    uses: names,
    positives: 'row',
    apply(_vars, { values, targets }, { tf }) {
      const errors = names.map((name) => {
        const [value, target] = [at(values, name, 'value'), at(targets, name, 'target')];
        const logits = value.values;
        const truth = tf.cast(target.values, 'float32');
        const signed = tf.mul(logits, tf.sub(tf.mul(truth, 2), 1));
        const error = softplus(tf, tf.neg(signed));
        const { gamma = 0 } = options;
        // 1 - p of the true class, to the power of gamma.
        const focus = gamma === 0 ? 1 : tf.exp(tf.mul(softplus(tf, signed), -gamma));
        const there = bothPresent(tf, value, target, logits.shape);
        const weights = tf.mul(tf.cast(there, 'float32'), balance(tf, name, truth));
        return [name, weightedMean(tf, tf.mul(error, focus), weights)] as const;
      });
      return { outputs: meanOfNames(tf, id, errors), state: {} };
    },
  };
}

/** Values: logits [B, K]; targets 0 or 1. log(1 + exp(-+logit)), mean over what is there. Report: `bce.<name>`. */
export const bce = defineComponent({
  kind: 'loss',
  id: 'bce',
  options: bceOptions,
  create: (options, from) => createBinary('bce', options, from),
});

/** bce times (1 - p)^gamma, p the probability of the true class (Lin et al. 2017). Report: `focal.<name>`. */
export const focal = defineComponent({
  kind: 'loss',
  id: 'focal',
  options: focalOptions,
  create: (options, from) => createBinary('focal', options, from),
});

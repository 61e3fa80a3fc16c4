/** @file The encoder `covariates`: a list of clinical numbers, in standard deviations from the mean of the training part. */
import { at, defineComponent } from '@dualbeat/core';
import type { Context, Encoder, Kinds, Masked, Named, Tensor } from '@dualbeat/core';
import { ones, presentLike, zeros } from '@dualbeat/nn';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { covariateShape } from '../errors.ts';

export const covariatesOptions = Type.Object(
  {
    normalise: Type.Boolean({
      default: true,
      description:
        'Less the mean, over the standard deviation, both running over the training batches; false: the view is normalised already.',
    }),
    indicators: Type.Boolean({
      default: false,
      description: 'Adds, for each number, 1 where it is missing.',
    }),
    momentum: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      default: 0.1,
      description: 'Weight of a batch in the running statistics.',
    }),
  },
  { additionalProperties: false },
);

const varianceEpsilon = 1e-5;

/**
 * View [K] -> features [K], or [2 K] with indicators. It has no parameters. A missing number is the mean: 0. In training
 * the statistics are those of the batch, over what is there. Error: E_COVARIATE_SHAPE.
 */
export function createCovariates(
  options: Static<typeof covariatesOptions>,
  { input }: Kinds['encoder']['from'],
): Encoder {
  const { shape } = input;
  if (shape.length !== 1) throw covariateShape(shape);
  const [count] = shape as readonly [number];
  const statistic = (init: typeof zeros) => ({ shape, decay: false, init: init(shape) });
  return {
    input,
    width: options.indicators ? 2 * count : count,
    pooling: 'none',
    params: {},
    state: options.normalise ? { mean: statistic(zeros), variance: statistic(ones) } : {},
    apply(vars, given, ctx) {
      const { tf } = ctx;
      const there = tf.cast(presentLike(tf, given.present, given.values.shape), 'float32');
      const { unit, state } = options.normalise
        ? standardised(ctx, vars.state, given, there, options.momentum)
        : { unit: given.values, state: {} };
      const known = tf.mul(unit, there);
      const pooled = options.indicators ? tf.concat([known, tf.sub(1, there)], 1) : known;
      return { outputs: { pooled }, state };
    },
  };
}

function standardised(
  ctx: Context,
  old: Named,
  { values }: Masked,
  there: Tensor,
  momentum: number,
): { readonly unit: Tensor; readonly state: Named } {
  const { tf } = ctx;
  const [mean, variance] = [at(old, 'mean', 'state'), at(old, 'variance', 'state')];
  const scale = (m: Tensor, v: Tensor): Tensor =>
    tf.mul(tf.sub(values, m), tf.rsqrt(tf.add(v, varianceEpsilon)));
  if (ctx.mode === 'eval') return { unit: scale(mean, variance), state: {} };
  const seen = tf.sum(there, 0);
  const average = (x: Tensor): Tensor => tf.div(tf.sum(tf.mul(x, there), 0), tf.maximum(seen, 1));
  const now = average(values);
  const spread = average(tf.square(tf.sub(values, now)));
  const moved = (before: Tensor, after: Tensor): Tensor =>
    tf.where(
      tf.greater(seen, 0),
      tf.add(tf.mul(before, 1 - momentum), tf.mul(after, momentum)),
      before,
    );
  return {
    unit: scale(now, spread),
    state: { mean: moved(mean, now), variance: moved(variance, spread) },
  };
}

export const covariates = defineComponent({
  kind: 'encoder',
  id: 'covariates',
  options: covariatesOptions,
  create: createCovariates,
});

/** @file The loss `vicreg`: alike, spread out and uncorrelated, without negatives. */
import { defineComponent } from '@dualbeat/core';
import type { Kinds, Loss, Ops, Tensor } from '@dualbeat/core';
import { meanPresent } from '@dualbeat/nn';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { bothThere, cosines, diagonal } from '../math/similarity.ts';
import { crossProduct, lessOne, momentsOf } from '../math/moments.ts';
import { pairStatistics } from '../math/retrieval.ts';
import { makePairLoss } from '../pair-loss.ts';
import { pairOptions } from '../pairs.ts';

const weight = (value: number, description: string) =>
  Type.Number({ minimum: 0, default: value, description });

export const vicregOptions = Type.Object(
  {
    ...pairOptions,
    invariance: weight(25, 'Weight of the mean squared difference of the two embeddings.'),
    variance: weight(25, 'Weight of the hinge that keeps each standard deviation above 1.'),
    covariance: weight(1, 'Weight of the squared covariances between different dimensions.'),
  },
  { additionalProperties: false },
);

/** Added to a variance before the root. */
const varianceEpsilon = 1e-4;

/** x [N, D] -> hinge on the standard deviations, and the sum of squared covariances over D; both unbiased. */
export function spreadTerms(
  tf: Ops,
  x: Tensor,
  present: Tensor,
): { readonly variance: Tensor; readonly covariance: Tensor } {
  const width = x.shape[1] as number;
  const { centred, count, squares } = momentsOf(tf, x, present);
  const divisor = lessOne(tf, count);
  const deviation = tf.sqrt(tf.add(tf.div(squares, divisor), varianceEpsilon));
  const between = tf.square(crossProduct(tf, centred, centred, divisor));
  const off = tf.sub(1, tf.cast(diagonal(tf, width), 'float32'));
  return {
    variance: tf.mean(tf.relu(tf.sub(1, deviation))),
    covariance: tf.div(tf.sum(tf.mul(between, off)), width),
  };
}

/**
 * Per pair: invariance * MSE + variance * mean of the two hinges + covariance * sum of the two covariance terms, on raw
 * embeddings (Bardes et al. 2022, arXiv 2105.04906). Report: `vicreg`, `invariance`, `variance`, `covariance` and the
 * statistics of each pair. Errors: E_PAIR_..., E_CONTRASTIVE_BATCH.
 */
export function createVicreg(
  options: Static<typeof vicregOptions>,
  from: Kinds['loss']['from'],
): Loss {
  return makePairLoss(
    {
      id: 'vicreg',
      metric: 'vicreg',
      pair(_vars, { a, b, present }, { tf }) {
        const invariance = meanPresent(tf, tf.squaredDifference(a, b), present);
        const [x, y] = [a, b].map((side) => spreadTerms(tf, side, present)) as [
          ReturnType<typeof spreadTerms>,
          ReturnType<typeof spreadTerms>,
        ];
        const variance = tf.mul(tf.add(x.variance, y.variance), 0.5);
        const covariance = tf.add(x.covariance, y.covariance);
        const loss = tf.addN([
          tf.mul(invariance, options.invariance),
          tf.mul(variance, options.variance),
          tf.mul(covariance, options.covariance),
        ]);
        const statistics = pairStatistics(tf, cosines(tf, a, b), bothThere(tf, present), present);
        return { loss, report: { ...statistics, invariance, variance, covariance } };
      },
    },
    options,
    from.values,
  );
}

export const vicreg = defineComponent({
  kind: 'loss',
  id: 'vicreg',
  options: vicregOptions,
  create: createVicreg,
});

/** @file The loss `barlow-twins`: the correlations between the dimensions of two embeddings become the identity. */
import { defineComponent } from '@dualbeat/core';
import type { Kinds, Loss, Ops, Tensor } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { bothThere, cosines, diagonal } from '../math/similarity.ts';
import { crossProduct, momentsOf } from '../math/moments.ts';
import { pairStatistics } from '../math/retrieval.ts';
import { makePairLoss } from '../pair-loss.ts';
import { pairOptions } from '../pairs.ts';

export const barlowTwinsOptions = Type.Object(
  {
    ...pairOptions,
    offDiagonal: Type.Number({
      minimum: 0,
      default: 0.005,
      description: 'Weight of the squared correlations between different dimensions.',
    }),
  },
  { additionalProperties: false },
);

/** Added to a variance before the root. */
const varianceEpsilon = 1e-5;

/** Correlations of a's dimensions with b's over the rows that are there, [D, D]. */
export function correlations(tf: Ops, a: Tensor, b: Tensor, present: Tensor): Tensor {
  const unit = (x: Tensor): { z: Tensor; count: Tensor } => {
    const { centred, count, squares } = momentsOf(tf, x, present);
    const spread = tf.rsqrt(tf.add(tf.div(squares, count), varianceEpsilon));
    return { z: tf.mul(centred, tf.reshape(spread, [1, -1])), count };
  };
  const x = unit(a);
  return crossProduct(tf, x.z, unit(b).z, x.count);
}

/**
 * Per pair: sum_i (1 - C_ii)^2 + offDiagonal * sum_{i != j} C_ij^2, C the correlations over the batch (Zbontar et al.
 * 2021, arXiv 2103.03230). Report: `barlow`, `on-diagonal`, `off-diagonal` and the statistics of each pair.
 * Errors: E_PAIR_..., E_CONTRASTIVE_BATCH.
 */
export function createBarlowTwins(
  options: Static<typeof barlowTwinsOptions>,
  from: Kinds['loss']['from'],
): Loss {
  return makePairLoss(
    {
      id: 'barlow-twins',
      metric: 'barlow',
      pair(_vars, { a, b, present }, { tf }) {
        const between = correlations(tf, a, b, present);
        const same = tf.cast(diagonal(tf, between.shape[0] as number), 'float32');
        const on = tf.sum(tf.mul(tf.square(tf.sub(1, between)), same));
        const off = tf.sum(tf.mul(tf.square(between), tf.sub(1, same)));
        const statistics = pairStatistics(tf, cosines(tf, a, b), bothThere(tf, present), present);
        return {
          loss: tf.add(on, tf.mul(off, options.offDiagonal)),
          report: { ...statistics, 'on-diagonal': on, 'off-diagonal': off },
        };
      },
    },
    options,
    from.values,
  );
}

export const barlowTwins = defineComponent({
  kind: 'loss',
  id: 'barlow-twins',
  options: barlowTwinsOptions,
  create: createBarlowTwins,
});

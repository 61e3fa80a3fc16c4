/** @file The loss `clip-remove-fn`: InfoNCE without the negatives that are too much alike. */
import { at, defineComponent } from '@dualbeat/core';
import type { Kinds, Loss, Masked, Ops, TargetSpec, Tensor } from '@dualbeat/core';
import { presentLike } from '@dualbeat/nn';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { candidatesOf, sameSubjectOption } from '../labels.ts';
import { pairStatistics } from '../math/retrieval.ts';
import { bothThere, cosines, diagonal } from '../math/similarity.ts';
import { twoWayLoss } from '../math/softmax-loss.ts';
import { makePairLoss } from '../pair-loss.ts';
import { pairOptions } from '../pairs.ts';
import { makeTemperature, temperatureOptions } from '../temperature.ts';

export const clipRemoveFnOptions = Type.Object(
  {
    ...pairOptions,
    ...temperatureOptions(0.07),
    target: Type.String({ minLength: 1, description: 'The target by which rows are alike.' }),
    measure: Type.Enum(['cosine', 'distance'], {
      default: 'cosine',
      description:
        'How alike: cosine of the z-scored values (of several), or root mean square of their differences, in standard deviations.',
    }),
    threshold: Type.Number({
      default: 0.9,
      description:
        'Negatives with a cosine above it, or a distance below it, are left out of the denominator.',
    }),
    sameSubject: sameSubjectOption,
  },
  { additionalProperties: false },
);

/** Values in standard deviations from the mean, a class as one place of several; 0 where absent. [B, K] */
function standardised(tf: Ops, { values, present }: Masked, spec: TargetSpec): Tensor {
  const [rows] = values.shape as [number];
  if (spec.type === 'class') {
    const index = tf.cast(tf.reshape(values, [rows]), 'int32');
    const known = tf.reshape(tf.cast(present, 'float32'), [rows, 1]);
    return tf.mul(tf.cast(tf.oneHot(index, spec.names.length), 'float32'), known);
  }
  const row = (of: readonly number[]): Tensor => tf.tensor([...of], [...spec.shape], 'float32');
  const spread = row(spec.std.map((std) => (std > 0 ? std : 1)));
  const z = tf.div(tf.sub(values, row(spec.mean)), spread);
  const known = tf.cast(presentLike(tf, present, values.shape), 'float32');
  return tf.reshape(tf.mul(z, known), [rows, -1]);
}

/** bool [N, N]: different rows that are alike; a row without any value is like no other. */
export function alike(
  tf: Ops,
  target: Masked,
  spec: TargetSpec,
  of: { readonly measure: 'cosine' | 'distance'; readonly threshold: number },
): Tensor {
  const z = tf.stopGradient(standardised(tf, target, spec));
  const [rows, width] = z.shape as [number, number];
  const known = tf.any(tf.reshape(target.present, [rows, -1]), 1);
  const near =
    of.measure === 'cosine'
      ? tf.greater(cosines(tf, z, z), of.threshold)
      : tf.less(meanSquares(tf, z, width), of.threshold ** 2);
  return tf.logicalAnd(
    tf.logicalAnd(near, bothThere(tf, known)),
    tf.logicalNot(diagonal(tf, rows)),
  );
}

function meanSquares(tf: Ops, z: Tensor, width: number): Tensor {
  const [rows] = z.shape as [number];
  const between = tf.squaredDifference(
    tf.reshape(z, [rows, 1, width]),
    tf.reshape(z, [1, rows, width]),
  );
  return tf.mean(between, 2);
}

/**
 * `info-nce` whose negatives lack the rows that are alike by a target: false negatives. Report: `nce`, `removed` (their
 * share among the negatives) and the statistics of each pair. Errors: those of `info-nce`, E_NAME_UNKNOWN.
 */
export function createClipRemoveFn(
  options: Static<typeof clipRemoveFnOptions>,
  from: Kinds['loss']['from'],
): Loss {
  const spec = at(from.targets, options.target, 'target');
  const temperature = makeTemperature('clip-remove-fn', options);
  return makePairLoss(
    {
      id: 'clip-remove-fn',
      metric: 'nce',
      params: temperature.params,
      pair({ params }, { a, b, present, subject, targets }, { tf }) {
        const similarity = cosines(tf, a, b);
        const all = candidatesOf(tf, present, subject, options.sameSubject);
        const same = alike(tf, at(targets, options.target, 'target'), spec, options);
        const candidate = tf.logicalAnd(all, tf.logicalNot(same));
        const self = diagonal(tf, a.shape[0] as number);
        const loss = twoWayLoss(tf, tf.mul(similarity, temperature.scale(tf, params)), {
          positive: self,
          candidate,
          present,
          rowWeight: 0.5,
        });
        const count = (where: Tensor): Tensor => tf.sum(tf.cast(where, 'float32'));
        const negatives = tf.logicalAnd(all, tf.logicalNot(self));
        const removed = tf.div(
          count(tf.logicalAnd(negatives, same)),
          tf.maximum(count(negatives), 1),
        );
        return {
          loss,
          report: { ...pairStatistics(tf, similarity, candidate, present), removed },
        };
      },
      report: ({ params }, { tf }) => ({
        temperature: tf.reciprocal(tf.stopGradient(temperature.scale(tf, params))),
      }),
    },
    options,
    from.values,
  );
}

export const clipRemoveFn = defineComponent({
  kind: 'loss',
  id: 'clip-remove-fn',
  options: clipRemoveFnOptions,
  create: createClipRemoveFn,
});

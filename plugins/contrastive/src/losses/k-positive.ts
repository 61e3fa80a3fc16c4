/** @file The loss `k-positive`: besides its partner, a row has up to k drawn rows of its label as positives. */
import { defineComponent } from '@dualbeat/core';
import type { Context, Kinds, Loss, Tensor } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { checkLabels, labelsOption, sameLabel } from '../labels.ts';
import { pairStatistics } from '../math/retrieval.ts';
import { bothThere, cosines, diagonal } from '../math/similarity.ts';
import { twoWayLoss } from '../math/softmax-loss.ts';
import { makePairLoss } from '../pair-loss.ts';
import { pairOptions } from '../pairs.ts';
import { makeTemperature, temperatureOptions } from '../temperature.ts';

export const kPositiveOptions = Type.Object(
  {
    ...pairOptions,
    ...temperatureOptions(0.07),
    labels: labelsOption,
    k: Type.Integer({
      minimum: 0,
      default: 6,
      description: 'Positives besides the partner; fewer where the batch has no more of the label.',
    }),
  },
  { additionalProperties: false },
);

/** bool [N, N]: at most k places of `eligible` in each row, drawn at random. */
export function drawPlaces(ctx: Context, eligible: Tensor, k: number): Tensor {
  const { tf } = ctx;
  const [rows] = eligible.shape as [number];
  const ticket = ctx.rng.uniform([rows, rows]);
  const order = tf.argsort(tf.where(eligible, ticket, tf.fill([rows, rows], 2)));
  // The order of an order is the rank.
  const rank = tf.argsort(tf.cast(order, 'float32'));
  return tf.logicalAnd(eligible, tf.less(tf.cast(rank, 'float32'), k));
}

/**
 * `supcon` with the same number of positives for frequent and rare labels (Kang et al. 2021, "Exploring balanced feature
 * spaces"). The draw is anew in each step and direction; an evaluation takes all of the label, as `supcon`. Report: `k-positive` and the statistics of each pair.
 * Errors: those of `supcon`.
 */
export function createKPositive(
  options: Static<typeof kPositiveOptions>,
  from: Kinds['loss']['from'],
): Loss {
  checkLabels('k-positive', options.labels, from.targets);
  const temperature = makeTemperature('k-positive', options);
  return makePairLoss(
    {
      id: 'k-positive',
      metric: 'k-positive',
      params: temperature.params,
      positives: options.labels === 'subject' ? 'subject' : 'row',
      pair({ params }, input, ctx) {
        const { tf } = ctx;
        const { a, b, present, pair } = input;
        const similarity = cosines(tf, a, b);
        const candidate = bothThere(tf, present);
        const self = diagonal(tf, a.shape[0] as number);
        const others = tf.logicalAnd(
          tf.logicalAnd(sameLabel(tf, options.labels, input), candidate),
          tf.logicalNot(self),
        );
        const drawn = (way: string): Tensor => {
          // An evaluation draws nothing: all rows of the label count, alike.
          if (ctx.mode === 'eval') return tf.logicalOr(self, others);
          return tf.logicalOr(
            self,
            drawPlaces({ ...ctx, rng: ctx.rng.fold(`${pair.name}/${way}`) }, others, options.k),
          );
        };
        const loss = twoWayLoss(tf, tf.mul(similarity, temperature.scale(tf, params)), {
          positive: drawn('there'),
          positiveBack: drawn('back'),
          candidate,
          present,
          rowWeight: 0.5,
        });
        return { loss, report: pairStatistics(tf, similarity, candidate, present) };
      },
      report: ({ params }, { tf }) => ({
        temperature: tf.reciprocal(tf.stopGradient(temperature.scale(tf, params))),
      }),
    },
    options,
    from.values,
  );
}

export const kPositive = defineComponent({
  kind: 'loss',
  id: 'k-positive',
  options: kPositiveOptions,
  create: createKPositive,
});

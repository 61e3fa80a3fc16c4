/** @file The loss `info-nce`: symmetric InfoNCE over named pairs of views (paper, Fig. 1B). */
import { defineComponent } from '@dualbeat/core';
import type { Kinds, Loss } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { candidatesOf, sameSubjectOption } from '../labels.ts';
import { pairStatistics } from '../math/retrieval.ts';
import { cosines, diagonal } from '../math/similarity.ts';
import { twoWayLoss } from '../math/softmax-loss.ts';
import { makePairLoss } from '../pair-loss.ts';
import { pairOptions } from '../pairs.ts';
import { makeTemperature, temperatureOptions } from '../temperature.ts';

export const infoNceOptions = Type.Object(
  {
    ...pairOptions,
    ...temperatureOptions(0.07),
    rowWeight: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 0.5,
      description:
        'Of the pair a-b: weight of finding b from a; the rest is that of finding a from b (lambda of the single-phase loss).',
    }),
    sameSubject: sameSubjectOption,
  },
  { additionalProperties: false },
);

/**
 * Per pair (a, b): cross-entropy of cos(a_i, b_j) / temperature with i's partner as the class, over rows and columns
 * (van den Oord et al. 2018; both ways as Radford et al. 2021). All similarities equal: ln N. A row with a view missing
 * is neither anchor nor negative in that pair. Report: `nce`, `temperature` and the statistics of each pair.
 * Errors: E_PAIR_..., E_TEMPERATURE_RANGE, E_CONTRASTIVE_BATCH.
 */
export function createInfoNce(
  options: Static<typeof infoNceOptions>,
  from: Kinds['loss']['from'],
): Loss {
  const temperature = makeTemperature('info-nce', options);
  return makePairLoss(
    {
      id: 'info-nce',
      metric: 'nce',
      params: temperature.params,
      pair({ params }, { a, b, present, subject }, { tf }) {
        const similarity = cosines(tf, a, b);
        const candidate = candidatesOf(tf, present, subject, options.sameSubject);
        const loss = twoWayLoss(tf, tf.mul(similarity, temperature.scale(tf, params)), {
          positive: diagonal(tf, a.shape[0] as number),
          candidate,
          present,
          rowWeight: options.rowWeight,
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

export const infoNce = defineComponent({
  kind: 'loss',
  id: 'info-nce',
  options: infoNceOptions,
  create: createInfoNce,
});

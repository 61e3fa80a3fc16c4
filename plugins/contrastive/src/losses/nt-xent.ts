/** @file The loss `nt-xent`: SimCLR's loss, where each row is compared with both views of all others. */
import { defineComponent } from '@dualbeat/core';
import type { Kinds, Loss } from '@dualbeat/core';
import { meanPresent } from '@dualbeat/nn';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { candidatesOf, sameSubjectOption } from '../labels.ts';
import { pairStatistics } from '../math/retrieval.ts';
import { cosines, diagonal } from '../math/similarity.ts';
import { softmaxLoss } from '../math/softmax-loss.ts';
import { makePairLoss } from '../pair-loss.ts';
import { pairOptions } from '../pairs.ts';
import { makeTemperature, temperatureOptions } from '../temperature.ts';

export const ntXentOptions = Type.Object(
  { ...pairOptions, ...temperatureOptions(0.1), sameSubject: sameSubjectOption },
  { additionalProperties: false },
);

/**
 * Per pair: 2N rows, each against the 2N - 1 others with its partner as the class (Chen et al. 2020). All embeddings
 * equal: ln(2N - 1). Report: `nt-xent`, `temperature` and the statistics of each pair. Errors: those of `info-nce`.
 */
export function createNtXent(
  options: Static<typeof ntXentOptions>,
  from: Kinds['loss']['from'],
): Loss {
  const temperature = makeTemperature('nt-xent', options);
  return makePairLoss(
    {
      id: 'nt-xent',
      metric: 'nt-xent',
      params: temperature.params,
      pair({ params }, { a, b, present, subject }, { tf }) {
        const rows = a.shape[0] as number;
        const both = tf.concat([a, b], 0);
        const candidate = candidatesOf(tf, present, subject, options.sameSubject);
        const self = diagonal(tf, rows);
        const none = tf.logicalAnd(self, tf.logicalNot(self));
        const within = tf.logicalAnd(candidate, tf.logicalNot(self));
        const across = cosines(tf, a, b);
        const similarity = cosines(tf, both, both);
        const loss = softmaxLoss(tf, tf.mul(similarity, temperature.scale(tf, params)), {
          positive: tf.concat([tf.concat([none, self], 1), tf.concat([self, none], 1)], 0),
          candidate: tf.concat(
            [tf.concat([within, candidate], 1), tf.concat([candidate, within], 1)],
            0,
          ),
          present: tf.concat([present, present], 0),
        });
        // Each row is compared with both views of the others, so chance is ln(2N - 1).
        const compared = tf.sub(tf.mul(tf.sum(tf.cast(candidate, 'float32'), 1), 2), 1);
        const chance = meanPresent(tf, tf.log(tf.maximum(compared, 1)), present);
        return { loss, report: { ...pairStatistics(tf, across, candidate, present), chance } };
      },
      report: ({ params }, { tf }) => ({
        temperature: tf.reciprocal(tf.stopGradient(temperature.scale(tf, params))),
      }),
    },
    options,
    from.values,
  );
}

export const ntXent = defineComponent({
  kind: 'loss',
  id: 'nt-xent',
  options: ntXentOptions,
  create: createNtXent,
});

/** @file The loss `supcon`: rows of one label, or of one subject, are positives of each other. */
import { defineComponent } from '@dualbeat/core';
import type { Kinds, Loss } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { checkLabels, labelsOption, sameLabel } from '../labels.ts';
import { pairStatistics } from '../math/retrieval.ts';
import { bothThere, cosines } from '../math/similarity.ts';
import { twoWayLoss } from '../math/softmax-loss.ts';
import { makePairLoss } from '../pair-loss.ts';
import { pairOptions } from '../pairs.ts';
import { makeTemperature, temperatureOptions } from '../temperature.ts';

export const supconOptions = Type.Object(
  { ...pairOptions, ...temperatureOptions(0.07), labels: labelsOption },
  { additionalProperties: false },
);

/**
 * InfoNCE whose log-probability is averaged over all positives of a row (Khosla et al. 2020, form "out"), between the
 * two views of a pair. With one row a label it is `info-nce`. Report: `supcon` and the statistics of each pair.
 * Errors: those of `info-nce`, E_NAME_UNKNOWN, E_LABEL_SHAPE.
 */
export function createSupcon(
  options: Static<typeof supconOptions>,
  from: Kinds['loss']['from'],
): Loss {
  checkLabels('supcon', options.labels, from.targets);
  const temperature = makeTemperature('supcon', options);
  return makePairLoss(
    {
      id: 'supcon',
      metric: 'supcon',
      params: temperature.params,
      positives: options.labels === 'subject' ? 'subject' : 'row',
      pair({ params }, input, { tf }) {
        const { a, b, present } = input;
        const similarity = cosines(tf, a, b);
        const candidate = bothThere(tf, present);
        const loss = twoWayLoss(tf, tf.mul(similarity, temperature.scale(tf, params)), {
          positive: sameLabel(tf, options.labels, input),
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

export const supcon = defineComponent({
  kind: 'loss',
  id: 'supcon',
  options: supconOptions,
  create: createSupcon,
});

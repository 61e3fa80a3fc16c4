/** @file The loss `siglip`: each pair of rows is judged on its own, by a sigmoid. */
import { at, defineComponent } from '@dualbeat/core';
import type { Kinds, Loss, Named, Ops, Tensor } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { candidatesOf, sameSubjectOption } from '../labels.ts';
import { pairStatistics } from '../math/retrieval.ts';
import { cosines, diagonal } from '../math/similarity.ts';
import { makePairLoss } from '../pair-loss.ts';
import { pairOptions } from '../pairs.ts';
import { constant, makeTemperature, temperatureOptions } from '../temperature.ts';

export const siglipOptions = Type.Object(
  {
    ...pairOptions,
    ...temperatureOptions(0.1, true),
    bias: Type.Number({
      default: -10,
      description: 'Added to every logit; where it starts, if it is learnt.',
    }),
    learnBias: Type.Boolean({
      default: true,
      description: 'Learns it, as the parameter loss/bias.',
    }),
    sameSubject: sameSubjectOption,
  },
  { additionalProperties: false },
);

/** log(1 + e^x), without overflow. */
function softplus(tf: Ops, x: Tensor): Tensor {
  return tf.add(tf.relu(x), tf.log1p(tf.exp(tf.neg(tf.abs(x)))));
}

/**
 * Per pair: sum over i and j of log(1 + exp(-y_ij * (cos_ij / temperature + bias))), y = 1 for partners, else -1, over
 * the rows (Zhai et al. 2023, arXiv 2303.15343). It needs no large batch, and has no chance line of ln N: `chance` is that
 * of the softmax losses. Report: `siglip`, `temperature`, `bias` and the statistics. Errors: those of `info-nce`.
 */
export function createSiglip(
  options: Static<typeof siglipOptions>,
  from: Kinds['loss']['from'],
): Loss {
  const temperature = makeTemperature('siglip', options);
  const biasOf = (tf: Ops, params: Named): Tensor =>
    options.learnBias ? at(params, 'bias', 'parameter') : tf.scalar(options.bias);
  return makePairLoss(
    {
      id: 'siglip',
      metric: 'siglip',
      params: {
        ...temperature.params,
        ...(options.learnBias ? { bias: constant(options.bias) } : {}),
      },
      pair({ params }, { a, b, present, subject }, { tf }) {
        const similarity = cosines(tf, a, b);
        const candidate = candidatesOf(tf, present, subject, options.sameSubject);
        const logits = tf.add(
          tf.mul(similarity, temperature.scale(tf, params)),
          biasOf(tf, params),
        );
        const sign = tf.sub(tf.mul(tf.cast(diagonal(tf, a.shape[0] as number), 'float32'), 2), 1);
        const errors = softplus(tf, tf.neg(tf.mul(sign, logits)));
        const counted = tf.sum(tf.mul(errors, tf.cast(candidate, 'float32')));
        const rows = tf.maximum(tf.sum(tf.cast(present, 'float32')), 1);
        return {
          loss: tf.div(counted, rows),
          report: pairStatistics(tf, similarity, candidate, present),
        };
      },
      report: ({ params }, { tf }) => ({
        temperature: tf.reciprocal(tf.stopGradient(temperature.scale(tf, params))),
        bias: tf.stopGradient(biasOf(tf, params)),
      }),
    },
    options,
    from.values,
  );
}

export const siglip = defineComponent({
  kind: 'loss',
  id: 'siglip',
  options: siglipOptions,
  create: createSiglip,
});

/** @file The loss `local-alignment`: tokens of one view meet slices or frames of another. */
import { defineComponent } from '@dualbeat/core';
import type { Kinds, Loss, Named, Ops, Tensor } from '@dualbeat/core';
import { meanPresent } from '@dualbeat/nn';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { tokensMissing } from '../errors.ts';
import { candidatesOf, sameSubjectOption } from '../labels.ts';
import { pairStatistics } from '../math/retrieval.ts';
import { diagonal, unitRows } from '../math/similarity.ts';
import { rowLosses, softmaxLoss } from '../math/softmax-loss.ts';
import { makePairLoss } from '../pair-loss.ts';
import type { PairInput } from '../pair-loss.ts';
import { pairOptions } from '../pairs.ts';
import { makeTemperature, temperatureOptions } from '../temperature.ts';

export const localAlignmentOptions = Type.Object(
  {
    ...pairOptions,
    ...temperatureOptions(0.07),
    contrast: Type.Enum(['records', 'positions'], {
      default: 'records',
      description:
        'records: the tokens of a record against those of other records, each token with its best match; positions: the tokens of one record against each other, in their order along the axis.',
    }),
    sameSubject: sameSubjectOption,
  },
  { additionalProperties: false },
);

/** cos of all tokens with all tokens: a [B, N, D], b [B, M, D] -> [B, N, B, M]. */
function allCosines(tf: Ops, a: Tensor, b: Tensor): Tensor {
  const [rows, n, width] = a.shape as [number, number, number];
  const [others, m] = b.shape as [number, number];
  const flat = (x: Tensor): Tensor => tf.reshape(unitRows(tf, x), [-1, width]);
  return tf.reshape(tf.matMul(flat(a), flat(b), false, true), [rows, n, others, m]);
}

/** Each token of a record with its best match in another record, mean over the tokens. Both ways [B, B], a by b. */
export function bestMatches(
  tf: Ops,
  a: Tensor,
  b: Tensor,
): { readonly there: Tensor; readonly back: Tensor } {
  const all = allCosines(tf, a, b);
  return { there: tf.mean(tf.max(all, 3), 1), back: tf.mean(tf.max(all, 1), 2) };
}

/** Tokens [B, N, D] as means of `count` neighbouring stretches: [B, count, D]. */
export function stretches(tf: Ops, x: Tensor, count: number): Tensor {
  const [rows, n, width] = x.shape as [number, number, number];
  if (n === count) return x;
  const shares = Array.from({ length: count * n }, (_, i) => overlap(Math.floor(i / n), i % n));
  const means = tf.tensor(shares, [count, n], 'float32');
  const tokensFirst = tf.reshape(tf.transpose(x, [1, 0, 2]), [n, rows * width]);
  return tf.transpose(tf.reshape(tf.matMul(means, tokensFirst), [count, rows, width]), [1, 0, 2]);

  /** Share of token `j` in stretch `i`, each n / count tokens long. */
  function overlap(i: number, j: number): number {
    const length = n / count;
    const common = Math.min((i + 1) * length, j + 1) - Math.max(i * length, j);
    return Math.max(0, common) / length;
  }
}

/** cos within each record, [B, T, T]. */
function ownCosines(tf: Ops, a: Tensor, b: Tensor): Tensor {
  return tf.matMul(unitRows(tf, a), unitRows(tf, b), false, true);
}

/**
 * In the manner of PTACL (arXiv 2506.20683, whose code was not seen), on projected tokens [B, N, D] and without weights
 * of its own. `records`: InfoNCE over the mean best match between the tokens of two records, both ways; `positions`:
 * within a record, both sequences cut into as many stretches as the shorter has tokens, stretch t of one against all of the
 * other. Report: `local`, `temperature`, and the statistics of each pair (`records`) or `chance` and `top1` (`positions`).
 * Errors: those of `info-nce`, E_TOKENS_MISSING.
 */
export function createLocalAlignment(
  options: Static<typeof localAlignmentOptions>,
  from: Kinds['loss']['from'],
): Loss {
  const temperature = makeTemperature('local-alignment', options);
  type Terms = { readonly loss: Tensor; readonly report: Named };

  function overRecords(tf: Ops, scale: Tensor, { a, b, present, subject }: PairInput): Terms {
    const { there, back } = bestMatches(tf, a, b);
    const candidate = candidatesOf(tf, present, subject, options.sameSubject);
    const positive = diagonal(tf, a.shape[0] as number);
    const of = { positive, candidate, present };
    const both = tf.add(
      softmaxLoss(tf, tf.mul(there, scale), of),
      softmaxLoss(tf, tf.mul(tf.transpose(back), scale), of),
    );
    return { loss: tf.mul(both, 0.5), report: pairStatistics(tf, there, candidate, present) };
  }

  function overPositions(tf: Ops, scale: Tensor, { a, b, present }: PairInput): Terms {
    const rows = a.shape[0] as number;
    const count = Math.min(a.shape[1] as number, b.shape[1] as number);
    const own = ownCosines(tf, stretches(tf, a, count), stretches(tf, b, count));
    const flat = (x: Tensor): Tensor => tf.reshape(x, [rows * count, count]);
    const positive = tf.tile(diagonal(tf, count), [rows, 1]);
    const every = tf.logicalOr(positive, tf.logicalNot(positive));
    const errors = [own, tf.transpose(own, [0, 2, 1])].map((x) =>
      tf.reshape(rowLosses(tf, tf.mul(flat(x), scale), positive, every), [rows, count]),
    );
    const best = tf.max(flat(own), 1, true);
    const hit = tf.any(tf.logicalAnd(positive, tf.greaterEqual(flat(own), best)), 1);
    return {
      loss: tf.mul(meanPresent(tf, tf.addN(errors), present), 0.5),
      report: {
        chance: tf.scalar(Math.log(count)),
        top1: meanPresent(tf, tf.reshape(tf.cast(hit, 'float32'), [rows, count]), present),
      },
    };
  }

  return makePairLoss(
    {
      id: 'local-alignment',
      metric: 'local',
      tokens: true,
      params: temperature.params,
      pair({ params }, input, { tf }) {
        for (const side of ['a', 'b'] as const) {
          if (input[side].rank !== 3)
            throw tokensMissing('local-alignment', input.pair[side], input[side].rank);
        }
        const scale = temperature.scale(tf, params);
        return options.contrast === 'records'
          ? overRecords(tf, scale, input)
          : overPositions(tf, scale, input);
      },
      report: ({ params }, { tf }) => ({
        'local-temperature': tf.reciprocal(tf.stopGradient(temperature.scale(tf, params))),
      }),
    },
    options,
    from.values,
  );
}

export const localAlignment = defineComponent({
  kind: 'loss',
  id: 'local-alignment',
  options: localAlignmentOptions,
  create: createLocalAlignment,
});

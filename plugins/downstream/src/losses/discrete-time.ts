/** @file The loss `discrete-time`: hazards of intervals of time. */
import { at, defineComponent } from '@dualbeat/core';
import type { Kinds, Loss, Ops, Tensor } from '@dualbeat/core';
import { presentLike } from '@dualbeat/nn';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { edgesOrder, shapeDiffers } from '../errors.ts';
import { comparedNames, meanOfNames, softplus, targetsOption, weightedMean } from './compared.ts';
import { checkSurvival, readSurvival } from './survival-target.ts';

export const discreteTimeOptions = Type.Object(
  {
    targets: targetsOption,
    edges: Type.Array(Type.Number({ exclusiveMinimum: 0 }), {
      minItems: 1,
      default: [1, 2, 3, 5, 8],
      description: 'Ends of the intervals in years, the first from 0; the head has as many.',
    }),
  },
  { additionalProperties: false },
);

/**
 * Which intervals of a row count, and in which the event is: time and event [B, K] -> both [B, K, T]. An interval counts
 * up to that of the event; of a row without an event, where it was seen for at least half of it (Gensheimer and
 * Narasimhan 2019). An event after the last interval is none.
 */
export function intervalsOf(
  tf: Ops,
  time: Tensor,
  event: Tensor,
  edges: readonly number[],
): { readonly counted: Tensor; readonly happened: Tensor } {
  const [rows, names] = time.shape as [number, number];
  const starts = [0, ...edges.slice(0, -1)];
  const last = (of: readonly number[]): Tensor => tf.tensor([...of], [1, 1, of.length], 'float32');
  const [t, e] = [time, event].map((x) => tf.reshape(x, [rows, names, 1])) as [Tensor, Tensor];
  const begun = tf.cast(tf.greater(t, last(starts)), 'float32');
  const over = tf.cast(tf.greater(t, last(edges)), 'float32');
  const middles = edges.map((end, i) => ((starts[i] as number) + end) / 2);
  const half = tf.cast(tf.greaterEqual(t, last(middles)), 'float32');
  const counted = tf.add(tf.mul(e, begun), tf.mul(tf.sub(1, e), half));
  return { counted, happened: tf.mul(e, tf.sub(begun, over)) };
}

/**
 * Values: logits of the hazards [B, K, T]; targets [B, K, 2] (years, event). Binary cross-entropy of each interval that
 * counts. Report: `discrete-time.<target>`. Errors: E_LOSS_NAMES, E_LOSS_SHAPE, E_SURVIVAL_SHAPE, E_SURVIVAL_EDGES.
 */
export function createDiscreteTime(
  options: Static<typeof discreteTimeOptions>,
  from: Kinds['loss']['from'],
): Loss {
  const { edges } = options;
  if (edges.some((edge, i) => i > 0 && edge <= (edges[i - 1] as number))) throw edgesOrder(edges);
  const names = comparedNames('discrete-time', options.targets, 'survival', from);
  for (const name of names) {
    checkSurvival(name, from.targets);
    const value = at(from.values, name).shape;
    const wanted = [at(from.targets, name).names.length, edges.length];
    if (value.join() !== wanted.join())
      throw shapeDiffers('discrete-time', name, value, `[${wanted.join(', ')}]`);
  }
  return {
    params: {},
    state: {},
    uses: names,
    positives: 'row',
    apply(_vars, { values, targets }, { tf }) {
      const errors = names.map((name) => {
        const { values: logits, present } = at(values, name, 'value');
        const target = readSurvival(tf, at(targets, name, 'target'));
        const { counted, happened } = intervalsOf(tf, target.time, target.event, edges);
        const there = tf.logicalAnd(
          presentLike(tf, present, logits.shape),
          presentLike(tf, target.present, logits.shape),
        );
        const signed = tf.mul(logits, tf.sub(tf.mul(happened, 2), 1));
        const weights = tf.mul(tf.cast(there, 'float32'), counted);
        return [name, weightedMean(tf, softplus(tf, tf.neg(signed)), weights)] as const;
      });
      return { outputs: meanOfNames(tf, 'discrete-time', errors), state: {} };
    },
  };
}

export const discreteTime = defineComponent({
  kind: 'loss',
  id: 'discrete-time',
  options: discreteTimeOptions,
  create: createDiscreteTime,
});

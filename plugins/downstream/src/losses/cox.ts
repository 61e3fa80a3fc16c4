/** @file The loss `cox`: partial likelihood of the order of events. */
import { at, defineComponent } from '@dualbeat/core';
import type { Kinds, Loss, Ops, Tensor } from '@dualbeat/core';
import { presentLike } from '@dualbeat/nn';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { shapeDiffers } from '../errors.ts';
import { comparedNames, meanOfNames, targetsOption } from './compared.ts';
import { checkSurvival, readSurvival } from './survival-target.ts';

export const coxOptions = Type.Object(
  {
    targets: targetsOption,
    ties: Type.Enum(['efron', 'breslow'], {
      default: 'efron',
      description: 'How events at the same time are taken.',
    }),
  },
  { additionalProperties: false },
);

type Column = {
  /** All [B]. */
  readonly risk: Tensor;
  readonly time: Tensor;
  readonly event: Tensor;
  readonly present: Tensor;
};

/**
 * Mean over the events of -(risk_i - log sum of exp(risk_j) over those still at risk), of one name; events are the rows
 * with event 1. 0 where there is none. [B] each -> scalar, and the number of events.
 */
export function partialLikelihood(
  tf: Ops,
  { risk, time, event, present }: Column,
  ties: 'efron' | 'breslow',
): { readonly loss: Tensor; readonly events: Tensor } {
  const [rows] = risk.shape as [number];
  const column = (x: Tensor): Tensor => tf.reshape(x, [rows, 1]);
  const across = (x: Tensor): Tensor => tf.reshape(x, [1, rows]);
  const happened = tf.mul(event, tf.cast(present, 'float32'));
  const later = tf.logicalAnd(
    tf.greaterEqual(across(time), column(time)),
    tf.broadcastTo(across(present), [rows, rows]),
  );
  // Each risk set from its own highest risk: from the highest of all, a set of low risks would underflow.
  const known = tf.where(later, tf.tile(across(risk), [rows, 1]), tf.fill([rows, rows], never));
  const top = tf.stopGradient(tf.max(known, 1, true));
  const hazard = tf.exp(tf.sub(known, top));
  const share = ties === 'breslow' ? 0 : shareOfTies(tf, time, happened);
  const counted = tf.greater(happened, 0);
  const total = tf.sum(tf.mul(hazard, tf.sub(1, share)), 1);
  const logTotal = tf.log(tf.where(counted, total, tf.onesLike(total)));
  const events = tf.sum(happened);
  const own = tf.where(present, tf.sub(risk, tf.reshape(top, [rows])), tf.zeros([rows]));
  const errors = tf.where(counted, tf.sub(logTotal, own), tf.zeros([rows]));
  return { loss: tf.div(tf.sum(errors), tf.maximum(events, 1)), events };
}

/** As good as minus infinity, and finite. */
const never = -1e9;

/** Efron: the l-th of d events at one time (l from 0) leaves l / d of the hazard of each of them out. [B, B] */
function shareOfTies(tf: Ops, time: Tensor, happened: Tensor): Tensor {
  const [rows] = time.shape as [number];
  const column = (x: Tensor): Tensor => tf.reshape(x, [rows, 1]);
  const across = (x: Tensor): Tensor => tf.reshape(x, [1, rows]);
  const same = tf.cast(tf.equal(across(time), column(time)), 'float32');
  const together = tf.mul(same, across(happened));
  const order = tf.range(0, rows, 1, 'float32');
  const before = tf.mul(together, tf.cast(tf.less(across(order), column(order)), 'float32'));
  const share = tf.div(tf.sum(before, 1, true), tf.maximum(tf.sum(together, 1, true), 1));
  return tf.mul(together, share);
}

/**
 * Values: log risks [B, K]; targets [B, K, 2] (years, event). The rows at risk are those of the batch, so larger batches
 * are closer to the whole likelihood (Cox 1972; Katzman et al. 2018). The loss of a target is the mean over its names,
 * each weighted by its events. Report: `cox.<target>` and `events.<target>`.
 * Errors: E_LOSS_NAMES, E_LOSS_SHAPE, E_SURVIVAL_SHAPE.
 */
export function createCox(options: Static<typeof coxOptions>, from: Kinds['loss']['from']): Loss {
  const names = comparedNames('cox', options.targets, 'survival', from);
  for (const name of names) {
    checkSurvival(name, from.targets);
    const value = at(from.values, name).shape;
    const { length } = at(from.targets, name).names;
    if (value.join() !== `${length}`) throw shapeDiffers('cox', name, value, `[${length}]`);
  }
  return {
    params: {},
    state: {},
    uses: names,
    positives: 'row',
    minimumRows: 2,
    apply(_vars, { values, targets }, { tf }) {
      const counts: { [name: string]: Tensor } = {};
      const errors = names.map((name) => {
        const value = at(values, name, 'value');
        const target = readSurvival(tf, at(targets, name, 'target'));
        const shape = value.values.shape as [number, number];
        const present = tf.logicalAnd(target.present, presentLike(tf, value.present, shape));
        const take = (x: Tensor, k: number): Tensor =>
          tf.reshape(tf.slice(x, [0, k], [shape[0], 1]), [shape[0]]);
        const columns = Array.from({ length: shape[1] }, (_, k) =>
          partialLikelihood(
            tf,
            {
              risk: take(value.values, k),
              time: take(target.time, k),
              event: take(target.event, k),
              present: take(present, k),
            },
            options.ties,
          ),
        );
        const events = tf.addN(columns.map((column) => column.events));
        counts[`events.${name}`] = tf.stopGradient(events);
        const sum = tf.addN(columns.map((column) => tf.mul(column.loss, column.events)));
        return [name, tf.div(sum, tf.maximum(events, 1))] as const;
      });
      const outputs = meanOfNames(tf, 'cox', errors);
      return { outputs: { ...outputs, report: { ...outputs.report, ...counts } }, state: {} };
    },
  };
}

export const cox = defineComponent({
  kind: 'loss',
  id: 'cox',
  options: coxOptions,
  create: createCox,
});

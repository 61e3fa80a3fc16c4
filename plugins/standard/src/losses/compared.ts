/** @file Which values a loss compares with which targets. */
import { at } from '@dualbeat/core';
import type { ArraySpec, Masked, Named, Ops, TargetSpec, Tensor } from '@dualbeat/core';
import { outputShape, presentLike } from '@dualbeat/nn';
import { Type } from 'typebox';
import { nothingToCompare, shapeDiffers } from '../errors.ts';

/** Option of every loss that compares. */
export const targetsOption = Type.Optional(
  Type.Array(Type.String(), {
    minItems: 1,
    uniqueItems: true,
    description:
      'Targets that are compared; absent: those of the fitting type that a head predicts.',
  }),
);

type From = { readonly values: Named<ArraySpec>; readonly targets: Named<TargetSpec> };

/** Names that are both a value and a target. Errors: E_LOSS_NAMES, E_LOSS_SHAPE, E_NAME_UNKNOWN (a name that was asked for). */
export function comparedNames(
  loss: string,
  asked: readonly string[] | undefined,
  types: readonly TargetSpec['type'][],
  { values, targets }: From,
): readonly string[] {
  for (const name of asked ?? []) {
    at(values, name, 'value');
    at(targets, name, 'target');
  }
  const names =
    asked ??
    Object.keys(targets).filter(
      (name) => Object.hasOwn(values, name) && types.includes(at(targets, name).type),
    );
  if (names.length === 0) throw nothingToCompare(loss, types, Object.keys(values), targets);
  for (const name of names) {
    const [value, target] = [at(values, name).shape, outputShape(at(targets, name))];
    if (value.join() !== target.join()) throw shapeDiffers(loss, name, value, target);
  }
  return names;
}

/** float32 of the values' shape: 1 where value and target are both there. */
export function bothPresent(tf: Ops, value: Masked, target: Masked): Tensor {
  const { shape } = value.values;
  const there = tf.logicalAnd(
    presentLike(tf, value.present, shape),
    presentLike(tf, target.present, shape),
  );
  return tf.cast(there, 'float32');
}

/** Sum of x * weights over the sum of weights; 0 where they are all 0. */
export function weightedMean(tf: Ops, x: Tensor, weights: Tensor): Tensor {
  const total = tf.sum(weights);
  const nonzero = tf.where(tf.greater(total, 0), total, tf.onesLike(total));
  return tf.div(tf.sum(tf.mul(x, weights)), nonzero);
}

/** The mean of several errors: one part a name, each reported under `<report>.<name>`. */
export function meanOfNames(
  tf: Ops,
  report: string,
  errors: readonly (readonly [string, Tensor])[],
): { readonly loss: Tensor; readonly parts: Named; readonly report: Named } {
  const parts = errors.map(([name, error]) => [name, tf.div(error, errors.length)] as const);
  return {
    loss: tf.addN(parts.map(([, part]) => part)),
    parts: Object.fromEntries(parts),
    report: Object.fromEntries(errors.map(([name, error]) => [`${report}.${name}`, error])),
  };
}

/** @file What the losses of this plugin share: the names they compare, and means by weight. */
import { at } from '@dualbeat/core';
import type { ArraySpec, Masked, Named, Ops, TargetSpec, Tensor } from '@dualbeat/core';
import { presentLike } from '@dualbeat/nn';
import { Type } from 'typebox';
import { nothingToCompare } from '../errors.ts';

export const targetsOption = Type.Optional(
  Type.Array(Type.String(), {
    minItems: 1,
    uniqueItems: true,
    description:
      'Targets that are compared; absent: those of the fitting type that a head predicts.',
  }),
);

/** Names that are both a value and a target of the type. Errors: E_LOSS_NAMES, E_NAME_UNKNOWN (one that was asked for). */
export function comparedNames(
  loss: string,
  asked: readonly string[] | undefined,
  type: TargetSpec['type'],
  { values, targets }: { readonly values: Named<ArraySpec>; readonly targets: Named<TargetSpec> },
): readonly string[] {
  for (const name of asked ?? []) {
    at(values, name, 'value');
    at(targets, name, 'target');
  }
  const names =
    asked ??
    Object.keys(targets).filter(
      (name) => Object.hasOwn(values, name) && at(targets, name).type === type,
    );
  if (names.length === 0) throw nothingToCompare(loss, type, Object.keys(values), targets);
  return names;
}

/** bool [B, K]: value and target are both there. */
export function bothPresent(
  tf: Ops,
  value: Masked,
  target: Masked,
  shape: readonly number[],
): Tensor {
  return tf.logicalAnd(
    presentLike(tf, value.present, shape),
    presentLike(tf, target.present, shape),
  );
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

/** log(1 + e^x), without overflow. */
export function softplus(tf: Ops, x: Tensor): Tensor {
  return tf.add(tf.relu(x), tf.log1p(tf.exp(tf.neg(tf.abs(x)))));
}

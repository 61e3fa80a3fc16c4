/** @file The loss `reconstruction`: squared error over patches and correlation over whole leads. */
import { at, defineComponent } from '@dualbeat/core';
import type { ArraySpec, Loss, Masked, Named, Ops, Tensor } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { unpatchify } from '../patches.ts';
import { correlation } from './correlation.ts';
import { meanWhere, normalisePatches, restorePatches } from './patch-statistics.ts';

export const reconstructionOptions = Type.Object(
  {
    over: Type.Enum(['all', 'masked'], {
      default: 'all',
      description: 'Patches of the squared error: all (the paper), or the hidden ones alone.',
    }),
    correlationWeight: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 0.1,
      description: 'w in (1 - w) * MSE + w * (1 - NCC).',
    }),
    normPatches: Type.Boolean({
      default: false,
      description: 'Compare with patches of zero mean and unit variance each.',
    }),
  },
  { additionalProperties: false },
);

/** A loss that can turn predicted patches back into the units of the view. */
export type ReconstructionLoss = Loss & {
  /** predicted, original [B, rows, columns, patch leads, patch samples] -> predicted, in the units of `original`. */
  readonly restore: (tf: Ops, predicted: Tensor, original: Tensor) => Tensor;
};

/**
 * (1 - w) * MSE + w * (1 - NCC) between the value and the target named `reconstruction`, both [B, rows, columns,
 * patch leads, patch samples], present over [B, rows, columns]: the target's `present` marks real patches, the value's
 * the hidden ones among them. NCC is the mean correlation per lead over its full time; absent rows do not count.
 */
export function createReconstruction(
  options: Static<typeof reconstructionOptions>,
  _values: Named<ArraySpec>,
): ReconstructionLoss {
  const { over, correlationWeight, normPatches } = options;
  return {
    params: {},
    state: {},
    uses: ['reconstruction'],
    positives: 'row',
    restore: (tf, predicted, original) =>
      normPatches ? restorePatches(tf, predicted, original) : predicted,
    apply(_vars, inputs, { tf }) {
      const predicted = at(inputs.values, 'reconstruction', 'value');
      const original = at(inputs.targets, 'reconstruction', 'target');
      const target = normPatches ? normalisePatches(tf, original.values) : original.values;
      const counted = over === 'all' ? original.present : predicted.present;
      const error = tf.mean(tf.squaredDifference(predicted.values, target), [3, 4]);
      const mse = meanWhere(tf, error, counted);
      const ncc = leadCorrelation(tf, predicted.values, target, original);
      const parts = {
        mse: tf.mul(mse, 1 - correlationWeight),
        ncc: tf.mul(tf.sub(1, ncc), correlationWeight),
      };
      const loss = tf.add(parts.mse, parts.ncc);
      return { outputs: { loss, parts, report: { mse, ncc } }, state: {} };
    },
  };
}

/** Mean correlation over leads of the rows that are present. */
function leadCorrelation(tf: Ops, predicted: Tensor, target: Tensor, { present }: Masked): Tensor {
  const perLead = correlation(tf, unpatchify(tf, predicted), unpatchify(tf, target));
  return meanWhere(tf, tf.mean(perLead, 1), tf.all(present, [1, 2]));
}

export const reconstruction = defineComponent({
  kind: 'loss',
  id: 'reconstruction',
  options: reconstructionOptions,
  create: (options, { values }) => createReconstruction(options, values),
});

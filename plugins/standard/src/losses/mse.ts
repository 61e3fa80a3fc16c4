/** @file The loss `mse`: mean squared error over the targets that are there. */
import { at, defineComponent } from '@dualbeat/core';
import type { ArraySpec, Loss, Named, Ops, TargetSpec, Tensor } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { nothingToCompare, shapeDiffers } from '../errors.ts';

export const mseOptions = Type.Object(
  {
    scale: Type.Enum(['standard', 'raw'], {
      default: 'standard',
      description:
        'standard: residuals over the standard deviation of each target; raw: in the units of the target, so large numbers dominate.',
    }),
  },
  { additionalProperties: false },
);

/**
 * One part per name that is both a value and a target, [B, K] each: the mean over what is present in both; the loss is
 * the mean of the names. Report: `mse.<name>`. Errors: E_LOSS_NAMES, E_LOSS_SHAPE.
 */
export function createMse(
  { scale }: Static<typeof mseOptions>,
  from: { readonly values: Named<ArraySpec>; readonly targets: Named<TargetSpec> },
): Loss {
  const names = Object.keys(from.targets).filter((name) => Object.hasOwn(from.values, name));
  if (names.length === 0)
    throw nothingToCompare('mse', Object.keys(from.values), Object.keys(from.targets));
  for (const name of names) {
    const [value, target] = [at(from.values, name).shape, at(from.targets, name).shape];
    if (value.join() !== target.join()) throw shapeDiffers('mse', name, value, target);
  }
  return {
    params: {},
    state: {},
    uses: names,
    positives: 'row',
    apply(_vars, { values, targets }, { tf }) {
      const errors = names.map((name) => {
        const [value, target] = [at(values, name, 'value'), at(targets, name, 'target')];
        const residual = tf.sub(value.values, target.values);
        const scaled =
          scale === 'raw' ? residual : tf.div(residual, spread(tf, at(from.targets, name)));
        const both = tf.logicalAnd(
          fit(tf, value.present, scaled.shape),
          fit(tf, target.present, scaled.shape),
        );
        const weights = tf.cast(both, 'float32');
        const total = tf.sum(tf.mul(tf.square(scaled), weights));
        return [name, tf.div(total, tf.maximum(tf.sum(weights), 1))] as const;
      });
      const parts = Object.fromEntries(
        errors.map(([name, error]) => [name, tf.div(error, names.length)]),
      );
      const report = Object.fromEntries(errors.map(([name, error]) => [`mse.${name}`, error]));
      return { outputs: { loss: tf.addN(Object.values(parts)), parts, report }, state: {} };
    },
  };
}

/** Standard deviations as a tensor of the target's shape; 1 where it is 0 or unknown. */
function spread(tf: Ops, { std, shape }: TargetSpec): Tensor {
  return tf.tensor(
    std.map((value) => (value > 0 ? value : 1)),
    [...shape],
    'float32',
  );
}

/** `present` over the leading axes, broadcast to the whole shape. */
function fit(tf: Ops, present: Tensor, shape: readonly number[]): Tensor {
  const missing = shape.length - present.rank;
  if (missing === 0) return present;
  const wide = tf.reshape(present, [...present.shape, ...Array<number>(missing).fill(1)]);
  return tf.broadcastTo(wide, [...shape]);
}

export const mse = defineComponent({
  kind: 'loss',
  id: 'mse',
  options: mseOptions,
  create: createMse,
});

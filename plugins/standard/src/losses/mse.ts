/** @file The loss `mse`: mean squared error over the targets that are there. */
import { at, defineComponent } from '@dualbeat/core';
import type { ArraySpec, Loss, Named, Ops, TargetSpec, Tensor } from '@dualbeat/core';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import {
  bothPresent,
  comparedNames,
  meanOfNames,
  targetsOption,
  weightedMean,
} from './compared.ts';

export const mseOptions = Type.Object(
  {
    scale: Type.Enum(['standard', 'raw'], {
      default: 'standard',
      description:
        'standard: residuals over the standard deviation of each target; raw: in the units of the target, so large numbers dominate.',
    }),
    targets: targetsOption,
  },
  { additionalProperties: false },
);

/**
 * One part per name that is both a value and a target of numbers, [B, K] each: the mean over what is present in both;
 * the loss is the mean of the names. Report: `mse.<name>`. Errors: E_LOSS_NAMES, E_LOSS_SHAPE.
 */
export function createMse(
  options: Static<typeof mseOptions>,
  from: { readonly values: Named<ArraySpec>; readonly targets: Named<TargetSpec> },
): Loss {
  const names = comparedNames('mse', options.targets, ['number'], from);
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
          options.scale === 'raw' ? residual : tf.div(residual, spread(tf, at(from.targets, name)));
        return [name, weightedMean(tf, tf.square(scaled), bothPresent(tf, value, target))] as const;
      });
      return { outputs: meanOfNames(tf, 'mse', errors), state: {} };
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

export const mse = defineComponent({
  kind: 'loss',
  id: 'mse',
  options: mseOptions,
  create: createMse,
});

/** @file The head `linear`: one linear layer from features to each target. */
import { defineComponent } from '@dualbeat/core';
import type { ArraySpec, Head, Named, TargetSpec } from '@dualbeat/core';
import {
  headFeatures,
  headOutputs,
  inTargetUnits,
  linear as layer,
  linearSpecs,
  outputShape,
  prefixed,
  scope,
} from '@dualbeat/nn';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { featureOptions } from '../feature-options.ts';

export const linearOptions = Type.Object({ ...featureOptions }, { additionalProperties: false });

/**
 * Inputs: features [D] by name. Outputs: a value [K] per target, numbers in the units of the target (mean + std * the
 * layer, so that training starts at the mean), else logits. Errors: E_HEAD_INPUTS, E_NAME_UNKNOWN.
 */
export function createLinear(
  options: Static<typeof linearOptions>,
  from: { readonly inputs: Named<ArraySpec>; readonly targets: Named<TargetSpec> },
): Head {
  const features = headFeatures('linear', options, from.inputs);
  const targets = Object.entries(from.targets);
  const count = (target: TargetSpec): number => outputShape(target).reduce((a, b) => a * b, 1);
  return {
    inputs: features.inputs,
    outputs: headOutputs(from.targets),
    params: Object.assign(
      {},
      ...targets.map(([name, target]) =>
        prefixed(linearSpecs({ in: features.width, out: count(target) }), name),
      ),
    ),
    state: {},
    apply({ params }, named, { tf }) {
      const x = features.read(tf, named);
      const outputs = Object.fromEntries(
        targets.map(([name, target]) => [
          name,
          inTargetUnits(tf, layer(tf, scope(params, name), x), target),
        ]),
      );
      return { outputs, state: {} };
    },
  };
}

export const linear = defineComponent({
  kind: 'head',
  id: 'linear',
  options: linearOptions,
  create: createLinear,
});

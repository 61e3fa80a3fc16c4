/** @file The head `mlp`: a perceptron with one output layer per target (paper, Fig. 1C: 576-288-144-k, GELU). */
import { defineComponent } from '@dualbeat/core';
import type { ArraySpec, Head, Named, TargetSpec } from '@dualbeat/core';
import {
  headFeatures,
  headOutputs,
  inTargetUnits,
  linear as layer,
  linearSpecs,
  outputShape,
  perceptron,
  perceptronSpecs,
  prefixed,
  scope,
  scopeVars,
  within,
} from '@dualbeat/nn';
import type { PerceptronLayer } from '@dualbeat/nn';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { featureOptions } from '../feature-options.ts';

export const mlpOptions = Type.Object(
  {
    ...featureOptions,
    widths: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1 }), {
        minItems: 1,
        description: 'Hidden widths; absent: a half and a quarter of the width of the features.',
      }),
    ),
    activation: Type.Enum(['gelu', 'relu'], {
      default: 'gelu',
      description: 'After each hidden layer.',
    }),
    norm: Type.Enum(['none', 'batch'], {
      default: 'none',
      description: 'Before each activation; batch: over the rows of the batch.',
    }),
    dropout: Type.Number({
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0,
      description: 'Rate after each activation.',
    }),
  },
  { additionalProperties: false },
);

/**
 * Inputs: features [D] by name, and `present` (bool [B]) where norms shall leave rows out. Outputs as those of `linear`. All targets share the hidden layers. With D = 576 and one
 * target it has 207,937 parameters, as published. Errors: E_HEAD_INPUTS, E_NAME_UNKNOWN.
 */
export function createMlp(
  options: Static<typeof mlpOptions>,
  from: { readonly inputs: Named<ArraySpec>; readonly targets: Named<TargetSpec> },
): Head {
  const features = headFeatures('mlp', options, from.inputs);
  const { activation, norm, dropout } = options;
  const part = (divisor: number): number => Math.max(1, Math.floor(features.width / divisor));
  const widths = options.widths ?? [part(2), part(4)];
  const layers: PerceptronLayer[] = widths.map((out) => ({
    out,
    bias: true,
    norm,
    activation,
    dropout,
  }));
  const hidden = perceptronSpecs(features.width, layers);
  const last = widths.at(-1) as number;
  const targets = Object.entries(from.targets);
  const count = (target: TargetSpec): number => outputShape(target).reduce((a, b) => a * b, 1);
  return {
    inputs: features.inputs,
    outputs: headOutputs(from.targets),
    params: {
      ...prefixed(hidden.params, 'hidden'),
      ...Object.assign(
        {},
        ...targets.map(([name, target]) =>
          prefixed(linearSpecs({ in: last, out: count(target) }), `outputs/${name}`),
        ),
      ),
    },
    state: prefixed(hidden.state, 'hidden'),
    apply(vars, named, ctx) {
      const { tf } = ctx;
      const x = features.read(tf, named);
      const below = perceptron(
        within(ctx, 'hidden'),
        scopeVars(vars, 'hidden'),
        x,
        layers,
        named['present'],
      );
      const outputs = Object.fromEntries(
        targets.map(([name, target]) => {
          const unit = layer(tf, scope(vars.params, `outputs/${name}`), below.outputs);
          return [name, inTargetUnits(tf, unit, target)];
        }),
      );
      return { outputs, state: prefixed(below.state, 'hidden') };
    },
  };
}

export const mlp = defineComponent({
  kind: 'head',
  id: 'mlp',
  options: mlpOptions,
  create: createMlp,
});

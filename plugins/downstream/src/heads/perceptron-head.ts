/** @file A head of hidden layers that all targets share, and one output layer per target. */
import type { Head, Kinds, Tensor } from '@dualbeat/core';
import {
  headFeatures,
  headOutputs,
  inTargetUnits,
  linear,
  linearSpecs,
  outputShape,
  perceptron,
  perceptronSpecs,
  prefixed,
  scope,
  scopeVars,
  within,
} from '@dualbeat/nn';
import type { FeatureOptions, PerceptronLayer } from '@dualbeat/nn';

/** Absent rows (`present` among the inputs) stay out of the norms. Error: E_HEAD_INPUTS. */
export function perceptronHead(
  id: string,
  options: FeatureOptions,
  { inputs, targets }: Kinds['head']['from'],
  layers: readonly PerceptronLayer[],
): Head {
  const features = headFeatures(id, options, inputs);
  const hidden = perceptronSpecs(features.width, layers);
  const last = layers.at(-1)?.out ?? features.width;
  const named = Object.entries(targets);
  const outputs = named.map(([name, target]) => {
    const out = outputShape(target).reduce((a, b) => a * b, 1);
    return prefixed(linearSpecs({ in: last, out }), `outputs/${name}`);
  });
  return {
    inputs: features.inputs,
    outputs: headOutputs(targets),
    params: { ...prefixed(hidden.params, 'hidden'), ...Object.assign({}, ...outputs) },
    state: prefixed(hidden.state, 'hidden'),
    apply(vars, given, ctx) {
      const { tf } = ctx;
      const below = perceptron(
        within(ctx, 'hidden'),
        scopeVars(vars, 'hidden'),
        features.read(tf, given),
        layers,
        given['present'],
      );
      const predicted = named.map(([name, target]): [string, Tensor] => {
        const unit = linear(tf, scope(vars.params, `outputs/${name}`), below.outputs);
        return [name, inTargetUnits(tf, unit, target)];
      });
      return { outputs: Object.fromEntries(predicted), state: prefixed(below.state, 'hidden') };
    },
  };
}

/** @file The head `linear`: one linear layer from pooled features to each target. */
import { at, defineComponent } from '@dualbeat/core';
import type { ArraySpec, Head, Named, Ops, TargetSpec, Tensor } from '@dualbeat/core';
import { linear as layer, linearSpecs, prefixed, scope } from '@dualbeat/nn';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { noFeatures } from '../errors.ts';

export const linearOptions = Type.Object(
  {
    views: Type.Optional(
      Type.Array(Type.String(), {
        minItems: 1,
        description:
          'Views whose features are read, side by side; not needed where one view has an encoder.',
      }),
    ),
  },
  { additionalProperties: false },
);

/**
 * Inputs: the pooled features [D] by view name. Outputs: a value [K] per target, numbers in the units of the target
 * (mean + std * the layer, so that training starts at the mean). Errors: E_HEAD_INPUTS, E_NAME_UNKNOWN.
 */
export function createLinear(
  { views }: Static<typeof linearOptions>,
  from: { readonly inputs: Named<ArraySpec>; readonly targets: Named<TargetSpec> },
): Head {
  const pooled = Object.keys(from.inputs).filter((name) => !name.includes('/'));
  const used = views ?? pooled;
  // The stage may hold encoders that its task never calls, so several are not taken for granted.
  if (used.length === 0 || (views === undefined && used.length > 1))
    throw noFeatures('linear', pooled);
  const inputs = Object.fromEntries(used.map((view) => [view, at(from.inputs, view, 'view')]));
  const width = Object.values(inputs).reduce((sum, { shape }) => sum + (shape[0] as number), 0);
  const targets = Object.entries(from.targets);
  const count = ({ shape }: TargetSpec): number => shape.reduce((a, b) => a * b, 1);
  return {
    inputs,
    outputs: Object.fromEntries(
      targets.map(([name, { shape }]) => [name, { shape, dtype: 'float32' }]),
    ),
    params: Object.assign(
      {},
      ...targets.map(([name, target]) =>
        prefixed(linearSpecs({ in: width, out: count(target) }), name),
      ),
    ),
    state: {},
    apply({ params }, named, { tf }) {
      const parts = used.map((view) => at(named, view, 'input'));
      const features = parts.length === 1 ? (parts[0] as Tensor) : tf.concat(parts, 1);
      const outputs = Object.fromEntries(
        targets.map(([name, target]) => {
          const unit = layer(tf, scope(params, name), features);
          const shaped = tf.reshape(unit, [features.shape[0] as number, ...target.shape]);
          return [name, inUnits(tf, shaped, target)];
        }),
      );
      return { outputs, state: {} };
    },
  };
}

/** mean + std * unit for numbers; other targets stay logits. */
function inUnits(tf: Ops, unit: Tensor, { type, mean, std, shape }: TargetSpec): Tensor {
  if (type !== 'number') return unit;
  const row = (values: readonly number[]): Tensor => tf.tensor([...values], [...shape], 'float32');
  const spread = std.map((value) => (value > 0 ? value : 1));
  return tf.add(tf.mul(unit, row(spread)), row(mean));
}

export const linear = defineComponent({
  kind: 'head',
  id: 'linear',
  options: linearOptions,
  create: createLinear,
});

/** @file Heads of times to events: `cox` gives log risks, `discrete-time` hazards of intervals. */
import { defineComponent } from '@dualbeat/core';
import type { ArraySpec, Head, Kinds, Named, TargetSpec } from '@dualbeat/core';
import { headFeatures, linear, linearSpecs, prefixed, scope } from '@dualbeat/nn';
import type { FeatureOptions } from '@dualbeat/nn';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { nothingToCompare } from '../errors.ts';
import { featureOptions } from '../feature-options.ts';

export const coxHeadOptions = Type.Object({ ...featureOptions }, { additionalProperties: false });
export const discreteTimeHeadOptions = Type.Object(
  {
    ...featureOptions,
    intervals: Type.Integer({
      minimum: 1,
      default: 5,
      description: 'Intervals of time: as many as the loss has edges.',
    }),
  },
  { additionalProperties: false },
);

/** One linear layer per survival target; `shapeOf`: of its output. Errors: E_HEAD_INPUTS, E_LOSS_NAMES. */
function linearHead(
  id: string,
  options: FeatureOptions,
  { inputs, targets }: Kinds['head']['from'],
  of: { readonly bias: boolean; readonly shapeOf: (target: TargetSpec) => readonly number[] },
): Head {
  const features = headFeatures(id, options, inputs);
  const named = Object.entries(targets).filter(([, { type }]) => type === 'survival');
  if (named.length === 0) throw nothingToCompare(id, 'survival', [id], targets);
  const shapes = named.map(([name, target]) => [name, of.shapeOf(target)] as const);
  const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
  const outputs: Named<ArraySpec> = Object.fromEntries(
    shapes.map(([name, shape]) => [name, { shape, dtype: 'float32' as const }]),
  );
  return {
    inputs: features.inputs,
    outputs,
    params: Object.assign(
      {},
      ...shapes.map(([name, shape]) =>
        prefixed(linearSpecs({ in: features.width, out: size(shape), bias: of.bias }), name),
      ),
    ),
    state: {},
    apply({ params }, given, { tf }) {
      const x = features.read(tf, given);
      const rows = x.shape[0] as number;
      const predicted = shapes.map(([name, shape]) => [
        name,
        tf.reshape(linear(tf, scope(params, name), x), [rows, ...shape]),
      ]);
      return { outputs: Object.fromEntries(predicted) as Named, state: {} };
    },
  };
}

/** Log risk per name, [B, K]; no bias, which the partial likelihood would not see. */
export const coxHead = defineComponent({
  kind: 'head',
  id: 'cox',
  options: coxHeadOptions,
  create: (options: Static<typeof coxHeadOptions>, from) =>
    linearHead('cox', options, from, { bias: false, shapeOf: ({ names }) => [names.length] }),
});

/** Logit of the hazard per name and interval, [B, K, T]. */
export const discreteTimeHead = defineComponent({
  kind: 'head',
  id: 'discrete-time',
  options: discreteTimeHeadOptions,
  create: (options: Static<typeof discreteTimeHeadOptions>, from) =>
    linearHead('discrete-time', options, from, {
      bias: true,
      shapeOf: ({ names }) => [names.length, options.intervals],
    }),
});

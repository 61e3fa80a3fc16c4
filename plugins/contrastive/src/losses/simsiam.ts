/** @file The loss `simsiam`: each embedding predicts the other, which stands still. */
import { defineComponent } from '@dualbeat/core';
import type { Context, Kinds, Loss, Tensor } from '@dualbeat/core';
import {
  meanPresent,
  perceptron,
  perceptronSpecs,
  prefixed,
  scopeVars,
  within,
} from '@dualbeat/nn';
import type { PerceptronLayer, Vars } from '@dualbeat/nn';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { bothThere, cosines, unitRows } from '../math/similarity.ts';
import { pairStatistics } from '../math/retrieval.ts';
import { makePairLoss } from '../pair-loss.ts';
import { namesOf, pairOptions, readPairs } from '../pairs.ts';

export const simsiamOptions = Type.Object(
  {
    ...pairOptions,
    hidden: Type.Integer({
      minimum: 1,
      default: 128,
      description: 'Hidden width of the predictors.',
    }),
  },
  { additionalProperties: false },
);

/**
 * Per pair: -(cos(p(a), b) + cos(p(b), a)) / 2 without a gradient through the second of each; p is a predictor of its
 * own for each embedding (linear, norm, relu, linear), at loss/predictors/<embedding> (Chen and He 2021). Report:
 * `simsiam` and the statistics of each pair. Errors: E_PAIR_..., E_CONTRASTIVE_BATCH.
 */
export function createSimsiam(
  options: Static<typeof simsiamOptions>,
  from: Kinds['loss']['from'],
): Loss {
  const names = namesOf(readPairs('simsiam', options, from.values).filter((p) => p.weight > 0));
  const widthOf = (name: string): number => from.values[name]?.shape.at(-1) ?? 0;
  const layersOf = (width: number): readonly PerceptronLayer[] => [
    { out: options.hidden, bias: false, norm: 'batch', activation: 'relu', dropout: 0 },
    { out: width, bias: true, norm: 'none', activation: 'none', dropout: 0 },
  ];
  const specs = names.map((name) => {
    const { params, state } = perceptronSpecs(widthOf(name), layersOf(widthOf(name)));
    const below = `predictors/${name}`;
    return { params: prefixed(params, below), state: prefixed(state, below) };
  });
  const predict = (ctx: Context, vars: Vars, name: string, x: Tensor, present: Tensor) => {
    const below = `predictors/${name}`;
    const layers = layersOf(x.shape[1] as number);
    const result = perceptron(within(ctx, below), scopeVars(vars, below), x, layers, present);
    return { p: result.outputs, state: prefixed(result.state, below) };
  };
  return makePairLoss(
    {
      id: 'simsiam',
      metric: 'simsiam',
      params: Object.assign({}, ...specs.map(({ params }) => params)),
      state: Object.assign({}, ...specs.map(({ state }) => state)),
      pair(vars, { pair, a, b, present }, ctx) {
        const { tf } = ctx;
        const one = predict(ctx, vars, pair.a, a, present);
        const later = { params: vars.params, state: { ...vars.state, ...one.state } };
        const other = predict(ctx, later, pair.b, b, present);
        const towards = (p: Tensor, z: Tensor): Tensor =>
          tf.sum(tf.mul(unitRows(tf, p), unitRows(tf, tf.stopGradient(z))), 1);
        const both = tf.add(towards(one.p, b), towards(other.p, a));
        return {
          loss: tf.mul(meanPresent(tf, both, present), -0.5),
          report: pairStatistics(tf, cosines(tf, a, b), bothThere(tf, present), present),
          state: { ...one.state, ...other.state },
        };
      },
    },
    options,
    from.values,
  );
}

export const simsiam = defineComponent({
  kind: 'loss',
  id: 'simsiam',
  options: simsiamOptions,
  create: createSimsiam,
});

/**
 * @file The head `simsiam`: projector and predictor of the SimSiam term (Chen and He 2021), as the paper's ECG
 * pre-training has them. It is a head, and not a projector, because its two outputs come from one call.
 */
import { at, defineComponent } from '@dualbeat/core';
import type { ArraySpec, Context, Head, Named, Tensor } from '@dualbeat/core';
import {
  batchNorm,
  batchNormSpecs,
  linear,
  linearSpecs,
  prefixed,
  scope,
  scopeVars,
  within,
} from '@dualbeat/nn';
import type { Vars } from '@dualbeat/nn';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { tokenInput } from '../head-inputs.ts';

export const simsiamOptions = Type.Object(
  {
    view: Type.Optional(
      Type.String({ description: 'The view compared; not needed where one view has tokens.' }),
    ),
    hidden: Type.Integer({ minimum: 1, default: 1024, description: 'Hidden width, projector.' }),
    bottleneck: Type.Integer({
      minimum: 1,
      default: 128,
      description: 'Hidden width of the predictor.',
    }),
  },
  { additionalProperties: false },
);

const statistics = { epsilon: 1e-5, momentum: 0.1 };

/**
 * Inputs: `features` [B, D] and `present` bool [B]. Outputs: `projection` [B, D] = norm(linear(relu(norm(linear)))), the
 * last norm without gain, and `prediction` [B, D] = linear(relu(norm(linear(projection)))). No layer has a bias. Not
 * row-wise in training: the norms see the whole batch. Error: E_HEAD_VIEW.
 */
export function createSimsiam(
  options: Static<typeof simsiamOptions>,
  inputs: Named<ArraySpec>,
): Head {
  const { width } = tokenInput('simsiam', inputs, options.view);
  const { hidden, bottleneck } = options;
  const norms = {
    'projector/norm1': batchNormSpecs(hidden),
    'projector/norm2': batchNormSpecs(width, { affine: false }),
    'predictor/norm1': batchNormSpecs(bottleneck),
  };
  const plain = (from: number, to: number) => linearSpecs({ in: from, out: to, bias: false });
  const features: ArraySpec = { shape: [width], dtype: 'float32' };
  return {
    inputs: { features, present: { shape: [], dtype: 'bool' } },
    outputs: { projection: features, prediction: features },
    params: {
      ...prefixed(plain(width, hidden), 'projector/fc1'),
      ...prefixed(norms['projector/norm1'].params, 'projector/norm1'),
      ...prefixed(plain(hidden, width), 'projector/fc2'),
      ...prefixed(plain(width, bottleneck), 'predictor/fc1'),
      ...prefixed(norms['predictor/norm1'].params, 'predictor/norm1'),
      ...prefixed(plain(bottleneck, width), 'predictor/fc2'),
    },
    state: Object.assign(
      {},
      ...Object.entries(norms).map(([name, { state }]) => prefixed(state, name)),
    ),
    apply(vars, named, ctx) {
      const x = at(named, 'features', 'input');
      const present = at(named, 'present', 'input');
      const layers = partsOf(ctx, vars, present);
      const first = layers.norm('projector/norm1', layers.fc('projector/fc1', x));
      const projection = layers.norm(
        'projector/norm2',
        layers.fc('projector/fc2', ctx.tf.relu(first)),
      );
      const second = layers.norm('predictor/norm1', layers.fc('predictor/fc1', projection));
      const prediction = layers.fc('predictor/fc2', ctx.tf.relu(second));
      return { outputs: { projection, prediction }, state: layers.changed };
    },
  };
}

/** The layers by name; `changed` gathers the running statistics of the norms called so far. */
function partsOf(ctx: Context, vars: Vars, present: Tensor) {
  const changed: { [name: string]: Tensor } = {};
  return {
    changed,
    fc: (name: string, x: Tensor): Tensor => linear(ctx.tf, scope(vars.params, name), x),
    norm(name: string, x: Tensor): Tensor {
      const part = scopeVars(vars, name);
      const { outputs, state } = batchNorm(within(ctx, name), part, x, statistics, present);
      Object.assign(changed, prefixed(state, name));
      return outputs;
    },
  };
}

export const simsiam = defineComponent({
  kind: 'head',
  id: 'simsiam',
  options: simsiamOptions,
  create: (options, { inputs }) => createSimsiam(options, inputs),
});

/** @file A perceptron of any depth: the stack behind heads and projectors. */
import type { Context, Named, Tensor } from '@dualbeat/core';
import { batchNorm, batchNormSpecs } from './batch-norm.ts';
import { dropout } from './drop.ts';
import { linear, linearSpecs } from './linear.ts';
import { prefixed, scope, scopeVars, within } from './scope.ts';
import type { Specs, Vars } from './scope.ts';

/** One layer: linear, then, where they are asked for, norm, activation and dropout, in this order. */
export type PerceptronLayer = {
  readonly out: number;
  readonly bias: boolean;
  readonly norm: 'none' | 'batch' | 'batch-plain';
  readonly activation: 'none' | 'gelu' | 'relu';
  readonly dropout: number;
};
/** Of PyTorch's batch norms. */
const statistics = { epsilon: 1e-5, momentum: 0.1 };
const normOf = ({ out, norm }: PerceptronLayer) =>
  batchNormSpecs(out, { affine: norm === 'batch' });

/** `fc1`, `norm1`, `fc2`, ...; a norm `batch-plain` has no gain and no bias. */
export function perceptronSpecs(
  width: number,
  layers: readonly PerceptronLayer[],
): { readonly params: Specs; readonly state: Specs } {
  const params: Specs[] = [];
  const state: Specs[] = [];
  let from = width;
  for (const [i, layer] of layers.entries()) {
    const { out, bias } = layer;
    params.push(prefixed(linearSpecs({ in: from, out, bias }), `fc${i + 1}`));
    if (layer.norm !== 'none') {
      params.push(prefixed(normOf(layer).params, `norm${i + 1}`));
      state.push(prefixed(normOf(layer).state, `norm${i + 1}`));
    }
    from = out;
  }
  return { params: Object.assign({}, ...params), state: Object.assign({}, ...state) };
}

/** x [B, width] -> [B, out of the last layer]; norms see the rows that are `present` (bool [B]; absent: all). */
export function perceptron(
  ctx: Context,
  vars: Vars,
  x: Tensor,
  layers: readonly PerceptronLayer[],
  present?: Tensor,
): { readonly outputs: Tensor; readonly state: Named } {
  const { tf } = ctx;
  const changed: { [name: string]: Tensor } = {};
  let y = x;
  for (const [i, layer] of layers.entries()) {
    y = linear(tf, scope(vars.params, `fc${i + 1}`), y);
    if (layer.norm !== 'none') {
      const name = `norm${i + 1}`;
      // A norm without parameters of its own is frozen with the layer before it.
      const inner = within(ctx, name);
      const frozen = (param: string): boolean =>
        layer.norm === 'batch' ? inner.frozen(param) : ctx.frozen(`fc${i + 1}/weight`);
      const part = scopeVars(vars, name);
      const result = batchNorm({ ...inner, frozen }, part, y, statistics, present);
      y = result.outputs;
      Object.assign(changed, prefixed(result.state, name));
    }
    if (layer.activation === 'gelu') y = tf.gelu(y);
    if (layer.activation === 'relu') y = tf.relu(y);
    y = dropout(within(ctx, `dropout${i + 1}`), y, layer.dropout);
  }
  return { outputs: y, state: changed };
}

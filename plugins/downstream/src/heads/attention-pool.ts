/** @file The head `attention-pool`: learnt queries pool the tokens of a view, one linear layer per target follows. */
import { at, defineComponent } from '@dualbeat/core';
import type { Head, Kinds, Ops, Tensor } from '@dualbeat/core';
import {
  headOutputs,
  inTargetUnits,
  layerNorm,
  layerNormEpsilon,
  layerNormSpecs,
  linear,
  linearSpecs,
  normal,
  outputShape,
  prefixed,
  scope,
} from '@dualbeat/nn';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { poolWidth, tokenView } from '../errors.ts';

export const attentionPoolOptions = Type.Object(
  {
    view: Type.Optional(
      Type.String({ description: 'The view whose tokens are pooled; not needed where it is one.' }),
    ),
    heads: Type.Integer({ minimum: 1, default: 4, description: 'Attention heads.' }),
  },
  { additionalProperties: false },
);

/**
 * Input: `<view>/tokens` [B, prefix + N, D]; the prefix (cls) is left out where the grid is known. Per head: softmax over
 * the tokens of query . key / sqrt(d), the weighted mean of the values, one after the other; then a linear layer per target,
 * outputs as those of `linear`. Errors: E_HEAD_VIEW, E_POOL_HEADS.
 */
export function createAttentionPool(
  options: Static<typeof attentionPoolOptions>,
  { inputs, targets }: Kinds['head']['from'],
): Head {
  const suffix = '/tokens';
  const views = Object.keys(inputs)
    .filter((name) => name.endsWith(suffix))
    .map((name) => name.slice(0, -suffix.length));
  const view = options.view ?? (views.length === 1 ? views[0] : undefined);
  if (view === undefined || !views.includes(view)) throw tokenView(views, options.view);
  const input = `${view}${suffix}`;
  const spec = at(inputs, input, 'input');
  const [count, width] = spec.shape as readonly [number, number];
  const { heads } = options;
  if (width % heads !== 0) throw poolWidth(width, heads);
  const grid = inputs[`${view}/patches`]?.shape.slice(0, 2);
  const prefix = grid === undefined ? 0 : count - grid.reduce((a, b) => a * b, 1);
  const named = Object.entries(targets);
  const layers = named.map(([name, target]) => {
    const out = outputShape(target).reduce((a, b) => a * b, 1);
    return prefixed(linearSpecs({ in: width, out }), `outputs/${name}`);
  });
  const shape = [heads, width / heads];
  return {
    inputs: { [input]: spec },
    outputs: headOutputs(targets),
    params: {
      query: { shape, decay: false, init: normal(shape, 0.02) },
      ...prefixed(layerNormSpecs(width), 'norm'),
      ...prefixed(linearSpecs({ in: width, out: width }), 'key'),
      ...prefixed(linearSpecs({ in: width, out: width }), 'value'),
      ...Object.assign({}, ...layers),
    },
    state: {},
    apply({ params }, given, { tf }) {
      const all = at(given, input, 'input');
      const [rows] = all.shape as [number];
      const tokens =
        prefix > 0 ? tf.slice(all, [0, prefix, 0], [rows, count - prefix, width]) : all;
      const x = layerNorm(tf, scope(params, 'norm'), tokens, layerNormEpsilon);
      const pooled = pool(tf, {
        query: at(params, 'query', 'parameter'),
        keys: linear(tf, scope(params, 'key'), x),
        values: linear(tf, scope(params, 'value'), x),
      });
      const outputs = named.map(([name, target]): [string, Tensor] => {
        const unit = linear(tf, scope(params, `outputs/${name}`), pooled);
        return [name, inTargetUnits(tf, unit, target)];
      });
      return { outputs: Object.fromEntries(outputs), state: {} };
    },
  };
}

/** query [H, d]; keys and values [B, N, H * d] -> [B, H * d]. */
function pool(
  tf: Ops,
  {
    query,
    keys,
    values,
  }: { readonly query: Tensor; readonly keys: Tensor; readonly values: Tensor },
): Tensor {
  const [heads, size] = query.shape as [number, number];
  const [rows, count, width] = keys.shape as [number, number, number];
  // [B, N, D] -> [B * H, N, d]
  const apart = (x: Tensor): Tensor =>
    tf.reshape(tf.transpose(tf.reshape(x, [rows, count, heads, size]), [0, 2, 1, 3]), [
      rows * heads,
      count,
      size,
    ]);
  const asked = tf.reshape(tf.tile(query, [rows, 1]), [rows * heads, 1, size]);
  const scores = tf.mul(tf.matMul(asked, apart(keys), false, true), size ** -0.5);
  return tf.reshape(tf.matMul(tf.softmax(scores), apart(values)), [rows, width]);
}

export const attentionPool = defineComponent({
  kind: 'head',
  id: 'attention-pool',
  options: attentionPoolOptions,
  create: createAttentionPool,
});

/** @file The block of a Swin transformer: window attention and a perceptron, each behind a layer norm and beside its input. */
import type { Named, Tensor } from '@dualbeat/core';
import {
  dropPath,
  layerNorm,
  layerNormSpecs,
  mlp,
  normal,
  prefixed,
  scope,
  windowAttention,
  windowAttentionSpecs,
  windowPlan,
  within,
  zeros,
} from '@dualbeat/nn';
import type { Axes3, Specs } from '@dualbeat/nn';
import { stateless } from '../layer.ts';
import type { Layer } from '../layer.ts';

/** Of all layer norms of the published networks. */
export const swinEpsilon = 1e-5;

export function swinBlock(of: {
  readonly grid: Axes3;
  readonly width: number;
  readonly heads: number;
  readonly window: Axes3;
  readonly shifted: boolean;
  readonly mlpRatio: number;
  readonly dropPath: number;
}): Layer {
  const { width, heads } = of;
  const plan = windowPlan(of.grid, of.window, of.shifted);
  const hidden = Math.round(width * of.mlpRatio);
  const params = {
    ...prefixed(layerNormSpecs(width), 'norm1'),
    ...prefixed(windowAttentionSpecs(width, heads, plan.positions), 'attention'),
    ...prefixed(layerNormSpecs(width), 'norm2'),
    ...prefixed(swinLinear(width, hidden), 'mlp/fc1'),
    ...prefixed(swinLinear(hidden, width), 'mlp/fc2'),
  };
  return stateless(params, (vars: Named, x: Tensor, ctx) => {
    const { tf } = ctx;
    const batch = x.shape[0] as number;
    const tokens = plan.rows.back.length;
    const dropped = (name: string, y: Tensor): Tensor =>
      dropPath(within(ctx, name), tf.reshape(y, [batch * tokens, width]), batch, of.dropPath);
    const flat = tf.reshape(x, [batch * tokens, width]);
    const norm1 = layerNorm(tf, scope(vars, 'norm1'), flat, swinEpsilon);
    const grid = tf.reshape(norm1, [batch, tokens, width]);
    const mixed = windowAttention(tf, scope(vars, 'attention'), grid, { heads, plan });
    const y = tf.add(flat, dropped('attention', mixed));
    const norm2 = layerNorm(tf, scope(vars, 'norm2'), y, swinEpsilon);
    const z = tf.add(y, dropped('mlp', mlp(tf, scope(vars, 'mlp'), norm2)));
    return tf.reshape(z, x.shape);
  });
}

/** Normal of .02, biases 0: how the published networks start. */
export function swinLinear(width: number, out: number, { bias = true } = {}): Specs {
  const shape = [width, out];
  const weight = { shape, decay: true, init: normal(shape, 0.02) };
  return bias ? { weight, bias: { shape: [out], decay: false, init: zeros([out]) } } : { weight };
}

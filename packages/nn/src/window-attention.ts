/** @file Self-attention within windows, with learnt relative positions. */
import { at } from '@dualbeat/core';
import type { Named, Ops, Tensor } from '@dualbeat/core';
import { headWidth } from './errors.ts';
import { normal, zeros } from './initialisers.ts';
import { linear } from './linear.ts';
import { pickRows, returnRows } from './pick-rows.ts';
import { scope } from './scope.ts';
import type { Specs } from './scope.ts';
import type { WindowPlan } from './window-plan.ts';

/** `qkv` and `proj` with biases, `positions` [offsets, heads]. Error: E_ATTENTION_WIDTH. */
export function windowAttentionSpecs(width: number, heads: number, positions: number): Specs {
  if (width % heads !== 0) throw headWidth(width, heads);
  const weight = (out: number) => ({
    shape: [width, out],
    decay: true,
    init: normal([width, out], 0.02),
  });
  const bias = (out: number) => ({ shape: [out], decay: false, init: zeros([out]) });
  const table = [positions, heads];
  return {
    positions: { shape: table, decay: false, init: normal(table, 0.02) },
    'qkv/weight': weight(3 * width),
    'qkv/bias': bias(3 * width),
    'proj/weight': weight(width),
    'proj/bias': bias(width),
  };
}

/** x [B, N, D], the tokens of a grid -> [B, N, D]. Places that the grid does not fill are zeros and take part, as published. */
export function windowAttention(
  tf: Ops,
  params: Named,
  x: Tensor,
  { heads, plan }: { readonly heads: number; readonly plan: WindowPlan },
): Tensor {
  const [batch, , width] = x.shape as [number, number, number];
  const { windows, size } = plan;
  const each = width / heads;
  const rows = tf.reshape(pickRows(tf, x, plan.rows), [batch * windows * size, width]);
  const qkv = tf.reshape(linear(tf, scope(params, 'qkv'), rows), [
    batch * windows,
    size,
    3,
    heads,
    each,
  ]);
  const packed = tf.transpose(qkv, [2, 0, 3, 1, 4]);
  const [q, k, v] = tf.unstack(packed, 0) as [Tensor, Tensor, Tensor]; // [B * windows, heads, size, d]
  const logits = tf.add(
    tf.mul(tf.matMul(q, k, false, true), each ** -0.5),
    positionBias(tf, at(params, 'positions', 'parameter'), plan),
  );
  const weights = tf.softmax(masked(tf, logits, plan, batch));
  const mixed = tf.transpose(tf.matMul(weights, v), [0, 2, 1, 3]);
  const out = linear(tf, scope(params, 'proj'), tf.reshape(mixed, [batch * windows * size, width]));
  return returnRows(tf, tf.reshape(out, [batch, windows * size, width]), plan.rows);
}

/** [1, heads, size, size]. */
function positionBias(tf: Ops, table: Tensor, { relative, size }: WindowPlan): Tensor {
  const heads = table.shape[1] as number;
  const picked = tf.gather(table, tf.tensor1d(relative, 'int32'));
  return tf.reshape(tf.transpose(picked, [1, 0]), [1, heads, size, size]);
}

function masked(
  tf: Ops,
  logits: Tensor,
  { mask, windows, size }: WindowPlan,
  batch: number,
): Tensor {
  if (mask === undefined) return logits;
  const heads = logits.shape[1] as number;
  const perWindow = tf.reshape(logits, [batch, windows, heads, size, size]);
  const hidden = tf.tensor(mask, [1, windows, 1, size, size]);
  return tf.reshape(tf.add(perWindow, hidden), logits.shape);
}

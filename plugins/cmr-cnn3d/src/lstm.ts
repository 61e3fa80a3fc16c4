/** @file A long short-term memory over slices or frames, as PyTorch defines it. */
import { at } from '@dualbeat/core';
import type { Tensor } from '@dualbeat/core';
import { uniformFan } from '@dualbeat/nn';
import { stateless } from './layer.ts';
import type { Layer } from './layer.ts';

/**
 * x [B, S, in] -> the last hidden state [B, hidden], from zeros. `input-weight` [in, 4 hidden], `hidden-weight` [hidden, 4 hidden] and a
 * bias of each, columns in the order input gate, forget gate, cell, output gate: 4 h (in + h + 2) values.
 */
export function lstm(width: number, hidden: number): Layer {
  const spec = (shape: readonly number[], decay: boolean) => ({
    shape,
    decay,
    init: uniformFan(shape, hidden),
  });
  const params = {
    'input-weight': spec([width, 4 * hidden], true),
    'hidden-weight': spec([hidden, 4 * hidden], true),
    'input-bias': spec([4 * hidden], false),
    'hidden-bias': spec([4 * hidden], false),
  };
  return stateless(params, (vars, x, { tf }) => {
    const [batch, steps] = x.shape as [number, number];
    const bias = tf.add(at(vars, 'input-bias'), at(vars, 'hidden-bias'));
    // All inputs meet their weight in one product.
    const flat = tf.reshape(x, [batch * steps, width]);
    const given = tf.reshape(tf.add(tf.matMul(flat, at(vars, 'input-weight')), bias), [
      batch,
      steps,
      4 * hidden,
    ]);
    const perStep = tf.unstack(given, 1);
    let h: Tensor | undefined;
    let c: Tensor | undefined;
    for (const step of perStep) {
      const gates = h === undefined ? step : tf.add(step, tf.matMul(h, at(vars, 'hidden-weight')));
      const [i, f, g, o] = tf.split(gates, 4, 1) as [Tensor, Tensor, Tensor, Tensor];
      const fresh = tf.mul(tf.sigmoid(i), tf.tanh(g));
      c = c === undefined ? fresh : tf.add(tf.mul(tf.sigmoid(f), c), fresh);
      h = tf.mul(tf.sigmoid(o), tf.tanh(c));
    }
    return h as Tensor;
  });
}

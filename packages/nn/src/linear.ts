/** @file The linear layer. */
import { at } from '@dualbeat/core';
import type { Named, Ops, Tensor } from '@dualbeat/core';
import { xavierUniform, zeros } from './initialisers.ts';
import type { Specs } from './scope.ts';

export type LinearShape = { readonly in: number; readonly out: number; readonly bias?: boolean };

/**
 * `weight` [in, out], so that no product needs a transposition, and `bias` [out]. Foreign checkpoints (PyTorch) hold
 * [out, in] and are transposed on import.
 */
export function linearSpecs({ in: width, out, bias = true }: LinearShape): Specs {
  const weight = {
    shape: [width, out],
    decay: true,
    init: xavierUniform([width, out]),
  };
  return bias ? { weight, bias: { shape: [out], decay: false, init: zeros([out]) } } : { weight };
}

/** x [..., in] -> [..., out]; leading axes are folded into one product. */
export function linear(tf: Ops, params: Named, x: Tensor): Tensor {
  const weight = at(params, 'weight', 'parameter');
  const [width, out] = weight.shape as [number, number];
  const flat = x.rank === 2 ? x : tf.reshape(x, [-1, width]);
  const product = tf.matMul(flat, weight);
  const bias = params['bias'];
  const y = bias === undefined ? product : tf.add(product, bias);
  return x.rank === 2 ? y : tf.reshape(y, [...x.shape.slice(0, -1), out]);
}

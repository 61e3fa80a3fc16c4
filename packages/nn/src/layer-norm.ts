/** @file Layer normalisation over the last axis. */
import { at } from '@dualbeat/core';
import type { Named, Ops, Tensor } from '@dualbeat/core';
import { ones, zeros } from './initialisers.ts';
import type { Specs } from './scope.ts';

/** `weight` (gain) and `bias`, both [width]; neither decays. */
export function layerNormSpecs(width: number): Specs {
  return {
    weight: { shape: [width], decay: false, init: ones([width]) },
    bias: { shape: [width], decay: false, init: zeros([width]) },
  };
}

/** x [..., width] -> the same shape. The transformers of this project use an epsilon of 1e-6. */
export function layerNorm(tf: Ops, params: Named, x: Tensor, epsilon: number): Tensor {
  return tf.layerNorm(
    x,
    at(params, 'weight', 'parameter'),
    at(params, 'bias', 'parameter'),
    epsilon,
  );
}

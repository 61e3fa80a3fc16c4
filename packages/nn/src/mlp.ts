/** @file The two-layer perceptron of a transformer block. */
import type { Named, Ops, Tensor } from '@dualbeat/core';
import { linear, linearSpecs } from './linear.ts';
import { prefixed, scope } from './scope.ts';
import type { Specs } from './scope.ts';

/** `fc1` [width, hidden] and `fc2` [hidden, width]. */
export function mlpSpecs(width: number, hidden: number): Specs {
  return {
    ...prefixed(linearSpecs({ in: width, out: hidden }), 'fc1'),
    ...prefixed(linearSpecs({ in: hidden, out: width }), 'fc2'),
  };
}

/** fc2(gelu(fc1(x))) with the exact GELU; x [..., width]. */
export function mlp(tf: Ops, params: Named, x: Tensor): Tensor {
  return linear(tf, scope(params, 'fc2'), tf.gelu(linear(tf, scope(params, 'fc1'), x)));
}

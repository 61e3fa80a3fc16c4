/** @file Identity that stops the gradient. */
import type { Tensor } from '@dualbeat/core';
import type { TfjsCore } from '../tfjs.ts';

export const makeStopGradient = (tf: TfjsCore) =>
  tf.customGrad((x) => ({
    value: tf.clone(x as Tensor),
    gradFunc: (dy: Tensor) => tf.zerosLike(dy),
  })) as (x: Tensor) => Tensor;

/** @file Stable ascending argsort, ties by index: top-k of the negated values, which breaks ties by the lower index everywhere. */
import type { Tensor } from '@dualbeat/core';
import type { TfjsCore } from '../tfjs.ts';

export const makeArgsort =
  (tf: TfjsCore) =>
  (x: Tensor): Tensor =>
    tf.topk(tf.neg(x), x.shape.at(-1) as number, true).indices as Tensor;

/** @file The two random ops as tfjs kernels: 'Philox' (int32 words) and 'PhiloxUniform'; each runtime registers its own. */
import type { Tensor } from '@dualbeat/core';
import type { TfjsCore } from '../tfjs.ts';

export type PhiloxAt = {
  readonly stream: number;
  readonly rows: number;
  readonly elements: number;
};
export const PHILOX = 'Philox';
export const PHILOX_UNIFORM = 'PhiloxUniform';

const make =
  (tf: TfjsCore, kernel: string) =>
  (key: Tensor, step: Tensor, firstRow: Tensor, at: PhiloxAt): Tensor =>
    tf.engine().runKernel(kernel, { key, step, firstRow }, { ...at }) as Tensor;

export const makePhilox = (tf: TfjsCore) => make(tf, PHILOX);
export const makePhiloxUniform = (tf: TfjsCore) => make(tf, PHILOX_UNIFORM);

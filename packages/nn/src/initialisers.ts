/** @file Initial values of variables, drawn on the host. */
import { normalFrom } from '@dualbeat/core';
import type { HostRandom, VariableSpec } from '@dualbeat/core';

export type Init = VariableSpec['init'];

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const fill =
  (shape: readonly number[], next: (random: HostRandom) => number): Init =>
  (random) =>
    Float32Array.from({ length: sizeOf(shape) }, () => next(random));

/** All zero: biases. */
export const zeros = (shape: readonly number[]): Init => fill(shape, () => 0);
/** All one: gains of normalisers. */
export const ones = (shape: readonly number[]): Init => fill(shape, () => 1);
/** Normal with standard deviation `std`: cls and mask tokens (.02). */
export const normal = (shape: readonly number[], std: number): Init =>
  fill(shape, (random) => std * normalFrom(random));

/** Normal, drawn again outside `bound` standard deviations. */
export const truncatedNormal = (shape: readonly number[], std: number, bound = 2): Init =>
  fill(shape, (random) => {
    for (;;) {
      const value = normalFrom(random);
      if (Math.abs(value) <= bound) return std * value;
    }
  });

/**
 * Uniform in +-sqrt(6 / (in + out)) for a weight [in, out] (Glorot and Bengio 2010): the linear layers and the
 * flattened patch kernel of the masked autoencoder. The fused q, k, v weight counts as one matrix.
 */
export function xavierUniform(shape: readonly [number, number]): Init {
  const bound = Math.sqrt(6 / (shape[0] + shape[1]));
  return fill(shape, (random) => (2 * random() - 1) * bound);
}

/** Normal with standard deviation sqrt(2 / fan) (He et al. 2015): convolutions before a ReLU; PyTorch's fan of a ResNet is kernel size x outputs. */
export const kaimingNormal = (shape: readonly number[], fan: number): Init =>
  normal(shape, Math.sqrt(2 / fan));

/** Uniform in +-1 / sqrt(fan): what PyTorch gives linear, convolution (fan = inputs x kernel size) and LSTM (fan = hidden) layers without being told. */
export const uniformFan = (shape: readonly number[], fan: number): Init =>
  fill(shape, (random) => (2 * random() - 1) / Math.sqrt(fan));

/** @file Noise of a magnitude image. */
import type { HostRandom } from '@dualbeat/core';

/** Each value becomes the length of (value + n1, n2) with n1, n2 normal of standard deviation `sigma`: Rician (Gudbjartsson and Patz 1995). */
export function addRician(
  values: Float32Array,
  offset: number,
  count: number,
  sigma: number,
  random: HostRandom,
): void {
  if (sigma === 0) return;
  for (let i = offset; i < offset + count; i++) {
    // Box-Muller gives both parts as one vector of length r in a random direction.
    const value = values[i] as number;
    const square = -2 * sigma * sigma * Math.log(1 - random());
    const along = Math.sqrt(square) * Math.cos(2 * Math.PI * random());
    values[i] = Math.sqrt(value * value + 2 * value * along + square);
  }
}

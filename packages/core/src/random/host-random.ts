/** @file Host-side random streams: initial values, shuffles, augmentations. Pure functions of seed and name. */
import { philoxBlock } from './philox.ts';
import { streamOf } from './stream.ts';

export type HostRandom = () => number;

/** Two key words of a seed (0 to 2^53 - 1). */
export function keyOf(seed: number): [number, number] {
  return [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];
}

/**
 * Uniform numbers in [0, 1), multiples of 2^-24, from the stream `name` at (`row`, `step`).
 * @example const random = hostRandom(0, 'encoders/ecg/cls'); random();
 */
export function hostRandom(seed: number, name: string, row = 0, step = 0): HostRandom {
  const key = keyOf(seed);
  const stream = streamOf(name);
  const words = new Uint32Array(4);
  let block = 0;
  let used = 4;
  return () => {
    if (used === 4) {
      philoxBlock([block++, row, stream, step], key, words);
      used = 0;
    }
    return ((words[used++] as number) >>> 8) * 2 ** -24;
  };
}

/** A standard normal number by Box-Muller; takes two uniforms. */
export function normalFrom(random: HostRandom): number {
  const u = 1 - random(); // in (0, 1]: the logarithm is finite
  return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * random());
}

/** A permutation of 0..n-1 (Fisher-Yates). */
export function permutation(n: number, random: HostRandom): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}

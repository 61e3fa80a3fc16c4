/** @file The uniform numbers from which the task draws its masks, by the reference generator on the host. */
import { keyOf, philoxWords, streamOf } from '@dualbeat/core';
import type { HostArray } from '@dualbeat/core';

/**
 * [steps, rows, tokens]: what `ctx.rng.fold('mask').uniform([rows, tokens])` gives the task at the steps 0, 1, ... of
 * the stage's training.
 */
export function maskNoise(of: {
  readonly seed: number;
  readonly stage: string;
  readonly steps: number;
  readonly rows: number;
  readonly tokens: number;
}): HostArray {
  const { seed, steps, rows, tokens } = of;
  const stream = streamOf(`${of.stage}/train/mask#0`);
  const data = new Float32Array(steps * rows * tokens);
  for (let step = 0; step < steps; step++) {
    const words = philoxWords(keyOf(seed), { stream, step, firstRow: 0, rows, elements: tokens });
    for (const [i, word] of words.entries())
      data[step * words.length + i] = (word >>> 8) * 2 ** -24;
  }
  return { shape: [steps, rows, tokens], data };
}

/** @file Many normal numbers at once. */

/** Fills `out` with independent standard normal numbers; Box-Muller, both of each pair used. `random`: uniform [0, 1). */
export function gaussianNoise(random: () => number, out: Float32Array | Float64Array): void {
  for (let i = 0; i < out.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random())); // 1 - u is in (0, 1]
    const angle = 2 * Math.PI * random();
    out[i] = radius * Math.cos(angle);
    if (i + 1 < out.length) out[i + 1] = radius * Math.sin(angle);
  }
}

/** @file Arbitrary units of MR to numbers that compare: percentiles, extremes or moments. Pure. */

/** Linear between order statistics (numpy's default). `sorted` ascending, not empty. */
export function percentile(sorted: Float32Array, percent: number): number {
  const at = ((sorted.length - 1) * percent) / 100;
  const low = Math.floor(at);
  const [a, b] = [sorted[low] as number, sorted[Math.min(low + 1, sorted.length - 1)] as number];
  return a + (b - a) * (at - low);
}

/** Percentiles `from` become the ends of `to`; values beyond are cut there. Equal ones: the middle of `to`. */
export function scaleByPercentile(
  x: Float32Array,
  from: readonly [number, number],
  to: readonly [number, number],
): Float32Array {
  const sorted = x.toSorted();
  const [low, high] = [percentile(sorted, from[0]), percentile(sorted, from[1])];
  if (!(high > low)) return new Float32Array(x.length).fill((to[0] + to[1]) / 2);
  const factor = (to[1] - to[0]) / (high - low);
  return x.map((value) => to[0] + (Math.min(Math.max(value, low), high) - low) * factor);
}

/** Mean 0 and standard deviation 1 (population); a volume of one value becomes 0. */
export function scaleByMoments(x: Float32Array): Float32Array {
  let [sum, squares] = [0, 0];
  for (const value of x) sum += value;
  const mean = sum / x.length;
  for (const value of x) squares += (value - mean) ** 2;
  const std = Math.sqrt(squares / x.length);
  return x.map((value) => (std > 1e-12 * (1 + Math.abs(mean)) ? (value - mean) / std : 0));
}

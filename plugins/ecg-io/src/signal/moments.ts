/** @file Mean and population standard deviation of a part of an array. */

/** In two passes, which stays exact for signals far from zero; `end` is exclusive. */
export function moments(
  x: Float32Array | Float64Array,
  start = 0,
  end = x.length,
): { mean: number; std: number } {
  let sum = 0;
  for (let i = start; i < end; i++) sum += x[i] as number;
  const mean = sum / (end - start);
  let squares = 0;
  for (let i = start; i < end; i++) squares += ((x[i] as number) - mean) ** 2;
  return { mean, std: Math.sqrt(squares / (end - start)) };
}

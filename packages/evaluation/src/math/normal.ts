/** @file The standard normal distribution. */
import { upperGamma } from './incomplete-gamma.ts';

/** Share of the standard normal distribution below `z`. */
export function normalCdf(z: number): number {
  const tail = 0.5 * upperGamma(0.5, (z * z) / 2);
  return z < 0 ? tail : 1 - tail;
}

/** Two-sided p value of a standard normal `z`. */
export function normalTwoSided(z: number): number {
  return upperGamma(0.5, (z * z) / 2);
}

/**
 * The `p` quantile of the standard normal distribution (-Infinity at 0, Infinity at 1): Newton with Halley's correction
 * on the distribution function, from Winitzki's approximation of the inverse error function (2008).
 */
export function normalQuantile(p: number): number {
  if (p <= 0) return -Infinity;
  if (p >= 1) return Infinity;
  if (p === 0.5) return 0;
  if (p > 0.5) return -normalQuantile(1 - p); // the lower tail keeps its digits
  const y = 1 - 2 * p;
  const a = 0.147;
  const log = Math.log(1 - y * y) || Math.log(4 * p);
  const half = 2 / (Math.PI * a) + log / 2;
  let z = -Math.SQRT2 * Math.sqrt(Math.sqrt(half * half - log / a) - half);
  for (let i = 0; i < 6; i++) {
    const error = (normalCdf(z) - p) * Math.sqrt(2 * Math.PI) * Math.exp((z * z) / 2);
    const step = error / (1 + (z * error) / 2);
    z -= step;
    if (Math.abs(step) < 1e-15 * Math.abs(z)) break;
  }
  return z;
}

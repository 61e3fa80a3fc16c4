/** @file Small numbers: limits, sums of loadings, the normal distribution function. */

export const clamp = (value: number, { low, high }: { low: number; high: number }) =>
  Math.min(high, Math.max(low, value));

/** Sum of loading x score, filled up with `own` to unit variance as if the scores were independent. */
export function loadings<K extends string>(
  on: { readonly [name in K]: number },
  scores: { readonly [name in K]: number },
  own: number,
): number {
  let sum = 0;
  let squares = 0;
  for (const name in on) {
    sum += on[name] * scores[name];
    squares += on[name] ** 2;
  }
  return sum + Math.sqrt(1 - squares) * own;
}

/** Abramowitz and Stegun 26.2.17; error below 7.5e-8. */
export function normalCdf(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const poly =
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = poly * Math.exp(-0.5 * x * x) * 0.3989422804014327;
  return x >= 0 ? 1 - tail : tail;
}

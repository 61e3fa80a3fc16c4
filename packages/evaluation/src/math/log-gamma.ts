/** @file Logarithm of the gamma function. */

// Lanczos, g = 607/128, 15 terms (Godfrey 2001); relative error below 1e-14 for x > 0.
const TERMS = [
  0.9999999999999971, 57.15623566586292, -59.59796035547549, 14.136097974741746,
  -0.4919138160976202, 3.399464998481189e-5, 4.652362892704858e-5, -9.837447530487956e-5,
  0.0001580887032249125, -0.00021026444172410488, 0.00021743961811521265, -0.0001643181065367639,
  8.441822398385275e-5, -2.6190838401581408e-5, 3.6899182659531625e-6,
];

/** ln of the gamma function for x > 0. */
export function logGamma(x: number): number {
  const t = x + 607 / 128 + 0.5;
  let sum = TERMS[0] as number;
  for (let i = 1; i < TERMS.length; i++) sum += (TERMS[i] as number) / (x + i);
  return (x + 0.5) * Math.log(t) - t + Math.log((2.5066282746310007 * sum) / x);
}

/** @file Metric values on the wire: JSON has no NaN and no infinities, the server takes them as strings. */

/** Infinity is stored as the largest double by the server; `readMetric` gives it back as Infinity. */
const stored = 1.7976931348623157e308;

export function wireMetric(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

export function readMetric(value: unknown): number {
  const number = typeof value === 'number' ? value : Number(value);
  return Math.abs(number) === stored ? Math.sign(number) * Infinity : number;
}

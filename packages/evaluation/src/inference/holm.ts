/** @file Correction for the number of comparisons in a table. */
import type { MetricValue } from '@dualbeat/core';
import { isDefined } from '../values.ts';

/**
 * Holm's step-down adjusted p values (1979), in the order given. A comparison without a p value keeps its reason and does
 * not count.
 */
export function holm(pValues: readonly MetricValue[]): readonly MetricValue[] {
  const adjusted = [...pValues];
  const order = pValues.flatMap((p, i) => (isDefined(p) ? [{ p, i }] : []));
  order.sort((a, b) => a.p - b.p);
  let largest = 0;
  for (const [k, { p, i }] of order.entries()) {
    largest = Math.max(largest, Math.min(1, p * (order.length - k)));
    adjusted[i] = largest;
  }
  return adjusted;
}

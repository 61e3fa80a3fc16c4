/** @file Ranking of times to an event: Harrell's concordance. */
import type { MetricValue } from '@dualbeat/core';
import { refusePairs, undefinedBecause } from './values.ts';
import type { Values } from './values.ts';

/**
 * Harrell's C: of the pairs in which one is known to have the event first, the share in which it has the higher risk;
 * equal risks count half. `events`: 1 for an event at `times`, 0 for the end of observation. Pairs of equal times
 * count where just one of them is an event. Undefined where no pair can be compared. O(n^2). Errors: E_EVALUATION_LENGTH.
 */
export function concordance(times: Values, events: Values, risks: Values): MetricValue {
  const refusal =
    refusePairs('concordance', times, events) ?? refusePairs('concordance', times, risks);
  if (refusal) return refusal;
  let pairs = 0;
  let agreeing = 0;
  for (let i = 0; i < times.length; i++) {
    if (events[i] !== 1) continue;
    for (let j = 0; j < times.length; j++) {
      const [first, other] = [times[i] as number, times[j] as number];
      const later = other > first || (other === first && events[j] !== 1);
      if (i === j || !later) continue;
      const ahead = (risks[i] as number) - (risks[j] as number);
      pairs++;
      agreeing += ahead > 0 ? 1 : ahead === 0 ? 0.5 : 0;
    }
  }
  return pairs === 0 ? undefinedBecause('no two times can be compared') : agreeing / pairs;
}

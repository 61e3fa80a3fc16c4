/** @file Uno's concordance. */
import type { MetricValue } from '@dualbeat/core';
import { refusePairs, undefinedBecause } from '../values.ts';
import type { Values } from '../values.ts';
import { eventWeights } from './censoring.ts';
import { refuseFollowUp } from './follow-up.ts';
import type { FollowUp } from './follow-up.ts';

/**
 * Uno's C (Uno et al. 2011): Harrell's C with each pair weighted by 1 / G(t)^2, where G, the probability of being
 * observed, comes from the training part. Only events before `tau` count (Infinity: all). Equal risks count half; equal
 * times count where just one of them is an event. O(n^2). Errors: E_EVALUATION_LENGTH.
 */
export function unoConcordance(
  training: FollowUp,
  test: FollowUp,
  risks: Values,
  tau: number,
): MetricValue {
  const refusal =
    refuseFollowUp("Uno's concordance", training) ??
    refuseFollowUp("Uno's concordance", test) ??
    refusePairs("Uno's concordance", test.times, risks);
  if (refusal) return refusal;
  const weights = eventWeights(training, test, tau);
  if ('undefinedBecause' in weights) return weights;
  const { times, events } = test;
  let all = 0;
  let agreeing = 0;
  for (let i = 0; i < times.length; i++) {
    const weight = (weights[i] as number) ** 2;
    if (weight === 0) continue;
    const [time, risk] = [times[i] as number, risks[i] as number];
    let pairs = 0;
    let wins = 0;
    for (let j = 0; j < times.length; j++) {
      const later = (times[j] as number) > time || (times[j] === time && events[j] !== 1);
      if (j === i || !later) continue;
      const other = risks[j] as number;
      pairs++;
      wins += risk > other ? 1 : risk === other ? 0.5 : 0;
    }
    all += weight * pairs;
    agreeing += weight * wins;
  }
  return all === 0 ? undefinedBecause('no two times can be compared') : agreeing / all;
}

/** @file Brier score of predicted survival at times, and its integral. */
import type { MetricValue } from '@dualbeat/core';
import { checkLengths, isDefined, refuseProbabilities, undefinedBecause } from '../values.ts';
import type { Undefined, Values } from '../values.ts';
import { censoringSurvival } from './censoring.ts';
import { refuseTimes } from './dynamic-auroc.ts';
import { refuseFollowUp } from './follow-up.ts';
import type { FollowUp } from './follow-up.ts';

/**
 * Graf et al. 1999, one value per time. `survival`: predicted probabilities of no event up to each time, one array of
 * all test subjects per time. Subjects are weighted by the inverse probability of being observed, which the training
 * part gives. `times`: ascending. Errors: E_EVALUATION_LENGTH.
 */
export function survivalBrier(
  training: FollowUp,
  test: FollowUp,
  survival: readonly Values[],
  times: Values,
): readonly number[] | Undefined {
  const metric = 'survival Brier score';
  checkLengths(metric, times, survival);
  for (const column of survival) checkLengths(metric, test.times, column);
  const refusal =
    refuseFollowUp(metric, training) ?? refuseFollowUp(metric, test) ?? refuseTimes(times);
  if (refusal) return refusal;
  if (!Array.from(test.events).includes(1)) return undefinedBecause('there are no events');
  const observed = censoringSurvival(training);
  const atOwn = Array.from(test.times, observed);
  const scores: number[] = [];
  for (let k = 0; k < times.length; k++) {
    const predicted = survival[k] as Values;
    const time = times[k] as number;
    const atTime = observed(time);
    const refused = refuseProbabilities(predicted);
    if (refused) return refused;
    let sum = 0;
    for (let i = 0; i < test.times.length; i++) {
      const p = predicted[i] as number;
      const control = (test.times[i] as number) > time;
      if (!control && test.events[i] !== 1) continue;
      const g = control ? atTime : atOwn[i];
      if (g === undefined)
        return undefinedBecause('a time is later than the follow-up of the training part');
      if (g > 0) sum += (control ? (1 - p) ** 2 : p * p) / g; // at g = 0, of weight 0
    }
    scores.push(sum / test.times.length);
  }
  return scores;
}

/** The Brier score's mean over time, by trapezoids between `times`. Undefined below two times. */
export function integratedBrier(
  training: FollowUp,
  test: FollowUp,
  survival: readonly Values[],
  times: Values,
): MetricValue {
  const scores = survivalBrier(training, test, survival, times);
  if (!isDefined(scores)) return scores;
  if (times.length < 2) return undefinedBecause('there are fewer than two times');
  let area = 0;
  for (let k = 1; k < times.length; k++) {
    const width = (times[k] as number) - (times[k - 1] as number);
    area += (width * ((scores[k] as number) + (scores[k - 1] as number))) / 2;
  }
  return area / ((times[times.length - 1] as number) - (times[0] as number));
}

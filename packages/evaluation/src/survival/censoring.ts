/** @file Probability of still being observed: the weights of Uno's C, time-dependent AUROC and the Brier score. */
import { countTimes } from './kaplan-meier.ts';
import type { FollowUp } from './follow-up.ts';

/**
 * G(t) by Kaplan-Meier with the ends of observation as events; at equal times, events come first. Right-continuous.
 * Beyond the last time of `followUp`, 0 where the estimate got there, else undefined: nothing is known of it.
 */
export function censoringSurvival(followUp: FollowUp): (time: number) => number | undefined {
  const { times, atRisk, events, censored } = countTimes(followUp);
  const observed = new Float64Array(times.length);
  let product = 1;
  for (let k = 0; k < times.length; k++) {
    if (censored[k] !== 0)
      product *= 1 - (censored[k] as number) / ((atRisk[k] as number) - (events[k] as number));
    observed[k] = product;
  }
  return (time) => stepAt(times, observed, time);
}

/** Value of a right-continuous step function that is 1 before its first time. */
export function stepAt(
  times: Float64Array,
  values: Float64Array,
  time: number,
): number | undefined {
  const last = times.length - 1;
  if (last < 0) return undefined;
  if (time > (times[last] as number)) return values[last] === 0 ? 0 : undefined;
  let low = 0; // the number of times at or before `time`
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) <= time) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 1 : (values[low - 1] as number);
}

/** 1 / G(time) of each event, 0 of the others; why not, where G is 0 or unknown at an event. */
export function eventWeights(
  training: FollowUp,
  test: FollowUp,
  before = Infinity,
): Float64Array | { readonly undefinedBecause: string } {
  const observed = censoringSurvival(training);
  const weights = new Float64Array(test.times.length);
  for (let i = 0; i < weights.length; i++) {
    const time = test.times[i] as number;
    if (test.events[i] !== 1 || !(time < before)) continue;
    const g = observed(time);
    if (g === undefined)
      return { undefinedBecause: 'an event is later than the follow-up of the training part' };
    if (g === 0)
      return { undefinedBecause: 'nobody of the training part is observed up to an event' };
    weights[i] = 1 / g;
  }
  return weights;
}

/** @file Time-dependent AUROC. */
import type { MetricValue } from '@dualbeat/core';
import { isDefined, refusePairs, undefinedBecause } from '../values.ts';
import type { Undefined, Values } from '../values.ts';
import { ascending } from '../math/ranks.ts';
import { eventWeights, stepAt } from './censoring.ts';
import { refuseFollowUp } from './follow-up.ts';
import type { FollowUp } from './follow-up.ts';
import { kaplanMeier } from './kaplan-meier.ts';

export type DynamicAuroc = {
  /** One per time asked for. */
  readonly at: readonly MetricValue[];
  /** Mean over the times, weighted by the events that the test part has between them. */
  readonly mean: MetricValue;
};

/**
 * Cumulative cases against dynamic controls (Uno et al. 2007, Hung and Chiang 2010): the probability that a subject with
 * an event up to t has a higher risk than one still free of it, weighted by the inverse probability of being observed,
 * which the training part gives. Equal risks count half. `times`: strictly ascending. Errors: E_EVALUATION_LENGTH.
 */
export function dynamicAuroc(
  training: FollowUp,
  test: FollowUp,
  risks: Values,
  times: Values,
): DynamicAuroc | Undefined {
  const refusal =
    refuseFollowUp('time-dependent AUROC', training) ??
    refuseFollowUp('time-dependent AUROC', test) ??
    refusePairs('time-dependent AUROC', test.times, risks) ??
    refuseTimes(times);
  if (refusal) return refusal;
  const weights = eventWeights(training, test);
  if ('undefinedBecause' in weights) return weights;
  const order = ascending(risks);
  const at = Array.from(times, (time) => aurocAt(time, test, risks, weights, order));
  return { at, mean: meanOf(at, times, test) };
}

function aurocAt(
  time: number,
  test: FollowUp,
  risks: Values,
  weights: Float64Array,
  order: Int32Array,
): MetricValue {
  let cases = 0;
  let controls = 0;
  let agreeing = 0;
  for (let start = 0; start < order.length;) {
    const risk = risks[order[start] as number];
    let tiedCases = 0;
    let tiedControls = 0;
    for (; start < order.length && risks[order[start] as number] === risk; start++) {
      const i = order[start] as number;
      if ((test.times[i] as number) > time) tiedControls++;
      else tiedCases += weights[i] as number; // 0 of those whose observation ended
    }
    agreeing += tiedCases * (controls + tiedControls / 2);
    cases += tiedCases;
    controls += tiedControls;
  }
  if (cases === 0) return undefinedBecause(`nobody has an event up to time ${time}`);
  if (controls === 0) return undefinedBecause(`nobody is observed beyond time ${time}`);
  return agreeing / (cases * controls);
}

function meanOf(at: readonly MetricValue[], times: Values, test: FollowUp): MetricValue {
  if (at.length === 1) return at[0] as MetricValue;
  const km = kaplanMeier(test, 0.95);
  if ('undefinedBecause' in km) return km;
  let before = 1;
  let sum = 0;
  for (let k = 0; k < at.length; k++) {
    const value = at[k] as MetricValue;
    if (!isDefined(value)) return value;
    const now = stepAt(km.times, km.survival, times[k] as number);
    if (now === undefined) return undefinedBecause('a time is beyond the follow-up');
    sum += value * (before - now);
    before = now;
  }
  return before === 1
    ? undefinedBecause('there are no events up to the last time')
    : sum / (1 - before);
}

/** Why these are no times to evaluate at. */
export function refuseTimes(times: Values): Undefined | undefined {
  if (times.length === 0) return undefinedBecause('there are no times to evaluate at');
  for (let k = 0; k < times.length; k++) {
    if (!Number.isFinite(times[k])) return undefinedBecause('a time to evaluate at is not finite');
    if (k > 0 && (times[k] as number) <= (times[k - 1] as number))
      return undefinedBecause('the times to evaluate at do not ascend');
  }
  return undefined;
}

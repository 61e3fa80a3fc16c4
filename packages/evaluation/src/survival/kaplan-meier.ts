/** @file Kaplan-Meier's estimate of survival, and of staying uncensored. */
import { normalQuantile } from '../math/normal.ts';
import { ascending } from '../math/ranks.ts';
import type { Undefined } from '../values.ts';
import { refuseFollowUp } from './follow-up.ts';
import type { FollowUp } from './follow-up.ts';

/** One entry per distinct time, ascending; right-continuous steps. */
export type KaplanMeier = {
  readonly times: Float64Array;
  readonly survival: Float64Array;
  /** Pointwise interval: log(-log) transform of Greenwood's variance. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Just before each time. */
  readonly atRisk: Int32Array;
  readonly events: Int32Array;
  readonly censored: Int32Array;
};

/** Kaplan and Meier 1958, with pointwise intervals of `level`. Errors: E_EVALUATION_LENGTH. */
export function kaplanMeier(followUp: FollowUp, level: number): KaplanMeier | Undefined {
  const refusal = refuseFollowUp('Kaplan-Meier', followUp);
  if (refusal) return refusal;
  const { times, atRisk, events, censored } = countTimes(followUp);
  const survival = new Float64Array(times.length);
  const lower = new Float64Array(times.length);
  const upper = new Float64Array(times.length);
  const z = normalQuantile(0.5 + level / 2);
  let product = 1;
  let variance = 0; // Greenwood's sum
  for (let k = 0; k < times.length; k++) {
    const [n, d] = [atRisk[k] as number, events[k] as number];
    product *= 1 - d / n;
    if (n > d) variance += d / (n * (n - d));
    survival[k] = product;
    const log = Math.log(product);
    const spread = log < 0 ? (z * Math.sqrt(variance)) / log : 0;
    lower[k] = product > 0 ? Math.exp(Math.exp(-spread) * log) : 0;
    upper[k] = product > 0 ? Math.exp(Math.exp(spread) * log) : 0;
  }
  return { times, survival, lower, upper, atRisk, events, censored };
}

/** Kaplan-Meier of each group, under the group's name. Errors: E_EVALUATION_LENGTH. */
export function kaplanMeierByGroup(
  followUp: FollowUp,
  groups: ArrayLike<string>,
  level: number,
): ReadonlyMap<string, KaplanMeier | Undefined> {
  const rows = new Map<string, number[]>();
  for (let i = 0; i < groups.length; i++) {
    const group = groups[i] as string;
    const of = rows.get(group);
    if (of) of.push(i);
    else rows.set(group, [i]);
  }
  const take = (of: FollowUp['times'], at: readonly number[]) => at.map((i) => of[i] as number);
  return new Map(
    [...rows].map(([group, at]) => [
      group,
      kaplanMeier({ times: take(followUp.times, at), events: take(followUp.events, at) }, level),
    ]),
  );
}

/** Subjects at risk, events and ends of observation at each distinct time. */
export function countTimes({ times, events }: FollowUp) {
  const order = ascending(times);
  const distinct = Float64Array.from(new Set(Array.from(order, (i) => times[i] as number)));
  const atRisk = new Int32Array(distinct.length);
  const dead = new Int32Array(distinct.length);
  const censored = new Int32Array(distinct.length);
  let at = 0;
  for (let k = 0; k < distinct.length; k++) {
    atRisk[k] = order.length - at;
    for (; at < order.length && times[order[at] as number] === distinct[k]; at++) {
      const counts = events[order[at] as number] === 1 ? dead : censored;
      counts[k] = (counts[k] as number) + 1;
    }
  }
  return { times: distinct, atRisk, events: dead, censored };
}

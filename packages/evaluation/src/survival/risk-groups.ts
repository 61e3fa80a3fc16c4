/** @file Groups of risk, such as thirds, with cuts that are fixed beforehand. */
import { quantile } from '../summary.ts';
import { isDefined } from '../values.ts';
import type { Undefined, Values } from '../values.ts';

/** Cuts of `groups` equally large groups of these risks (of training or validation): their inner quantiles. */
export function riskCuts(risks: Values, groups: number): readonly number[] | Undefined {
  const cuts: number[] = [];
  for (let g = 1; g < groups; g++) {
    const cut = quantile(risks, g / groups);
    if (!isDefined(cut)) return cut;
    cuts.push(cut);
  }
  return cuts;
}

/** The group of each risk, from 0: the number of cuts that it is above. */
export function riskGroups(risks: Values, cuts: readonly number[]): Int32Array {
  return Int32Array.from(risks, (risk) => cuts.filter((cut) => risk > cut).length);
}

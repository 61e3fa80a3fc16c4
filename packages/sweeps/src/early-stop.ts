/** @file Ending trials that fall behind: median rule and asynchronous successive halving. Pure functions of the curves. */
import type { Named, SweepEarlyStop } from '@dualbeat/core';

/** The watched metric of a trial's result stage, after epoch 1, 2, ...; null where it was not evaluated. */
export type Curve = readonly (number | null)[];

/** Why a running trial should end now; null: it goes on. `others`: curves of all other trials of the same seed. */
export function whyStop(rule: SweepEarlyStop, own: Curve, others: Named<Curve>): string | null {
  return rule.use === 'asha' ? asha(rule, own, others) : median(rule, own, others);
}

/** Worse than the median of the others' running bests at that epoch (Golovin et al. 2017, section 3.2.2, without the average). */
export function median(rule: SweepEarlyStop, own: Curve, others: Named<Curve>): string | null {
  const epoch = own.length;
  if (epoch < rule.minEpochs) return null;
  const best = bestUntil(rule, own, epoch);
  const peers = Object.values(others)
    .filter((curve) => curve.length >= epoch)
    .map((curve) => bestUntil(rule, curve, epoch))
    .filter((value) => value !== null);
  if (best === null || peers.length < rule.minTrials) return null;
  const middle = medianOf(peers);
  if (!worse(rule, best, middle)) return null;
  return `${rule.metric} is ${best} after epoch ${epoch}; the median of ${peers.length} others was ${middle}`;
}

/**
 * Successive halving without waiting (Li et al. 2020, arXiv 1810.05934): at each rung (minEpochs, minEpochs * reduction, ...) a
 * trial goes on if it is in the best 1/reduction of all that have reached the rung.
 */
export function asha(rule: SweepEarlyStop, own: Curve, others: Named<Curve>): string | null {
  const rung = rungAt(rule, own.length);
  if (rung === null) return null;
  const best = bestUntil(rule, own, rung);
  const peers = Object.values(others)
    .filter((curve) => curve.length >= rung)
    .map((curve) => bestUntil(rule, curve, rung))
    .filter((value) => value !== null);
  if (best === null || peers.length < rule.minTrials) return null;
  const better = peers.filter((value) => worse(rule, best, value)).length;
  const kept = Math.max(1, Math.floor((peers.length + 1) / rule.reduction));
  if (better < kept) return null;
  return `${rule.metric} is ${best} at rung ${rung}: ${better} of ${peers.length} others are better, ${kept} go on`;
}

function rungAt(rule: SweepEarlyStop, epoch: number): number | null {
  for (let rung = rule.minEpochs; rung <= epoch; rung *= rule.reduction)
    if (rung === epoch) return rung;
  return null;
}

function bestUntil(rule: SweepEarlyStop, curve: Curve, epoch: number): number | null {
  const values = curve
    .slice(0, epoch)
    .filter((value) => value !== null && !Number.isNaN(value)) as number[];
  if (values.length === 0) return null;
  return rule.mode === 'min' ? Math.min(...values) : Math.max(...values);
}

function worse(rule: SweepEarlyStop, a: number, b: number): boolean {
  return rule.mode === 'min' ? a > b : a < b;
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[half] as number)
    : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2;
}

/** @file Log-rank test of survival in groups. */
import { chiSquareTail } from '../math/incomplete-gamma.ts';
import { solve } from '../math/solve.ts';
import { checkLengths, undefinedBecause } from '../values.ts';
import type { Undefined } from '../values.ts';
import { refuseFollowUp } from './follow-up.ts';
import type { FollowUp } from './follow-up.ts';

export type LogRank = {
  readonly statistic: number;
  readonly degrees: number;
  readonly pValue: number;
};

/** Mantel 1966, for two or more groups. Errors: E_EVALUATION_LENGTH. */
export function logRank(followUp: FollowUp, groups: ArrayLike<string>): LogRank | Undefined {
  const refusal = refuseFollowUp('log-rank', followUp);
  if (refusal) return refusal;
  checkLengths('log-rank', followUp.times, groups);
  const names = [...new Set(Array.from(groups))];
  if (names.length < 2) return undefinedBecause('there are fewer than two groups');
  const group = Array.from(groups, (name) => names.indexOf(name));
  const { times, events } = followUp;
  const order = Array.from({ length: times.length }, (_, i) => i);
  order.sort((a, b) => (times[a] as number) - (times[b] as number));
  const atRisk = names.map((_, g) => group.filter((other) => other === g).length);
  const k = names.length - 1; // the last group follows from the others
  const excess = new Float64Array(k);
  const variance = Array.from({ length: k }, () => new Float64Array(k));
  for (let start = 0; start < order.length;) {
    const time = times[order[start] as number];
    const dead = names.map(() => 0);
    const leaving = names.map(() => 0);
    for (; start < order.length && times[order[start] as number] === time; start++) {
      const i = order[start] as number;
      const g = group[i] as number;
      leaving[g] = (leaving[g] as number) + 1;
      if (events[i] === 1) dead[g] = (dead[g] as number) + 1;
    }
    const n = atRisk.reduce((a, b) => a + b, 0);
    const d = dead.reduce((a, b) => a + b, 0);
    const factor = n > 1 ? (d * (n - d)) / (n * n * (n - 1)) : 0;
    for (let a = 0; a < k; a++) {
      const na = atRisk[a] as number;
      excess[a] = (excess[a] as number) + (dead[a] as number) - (d * na) / n;
      const row = variance[a] as Float64Array;
      for (let b = 0; b < k; b++)
        row[b] = (row[b] as number) + factor * na * ((a === b ? n : 0) - (atRisk[b] as number));
    }
    for (let g = 0; g <= k; g++) atRisk[g] = (atRisk[g] as number) - (leaving[g] as number);
  }
  const solved = solve(variance, excess);
  if (solved === undefined) return undefinedBecause('the events cannot tell the groups apart');
  const statistic = excess.reduce((sum, e, a) => sum + e * (solved[a] as number), 0);
  return { statistic, degrees: k, pValue: chiSquareTail(statistic, k) };
}

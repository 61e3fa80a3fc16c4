/** @file A ratio of speeds from interleaved rounds, with its interval. */
import type { HostRandom } from '@dualbeat/core';
import { median } from './median.ts';

export type PairedRatio = {
  readonly ratio: number;
  /** Ends of the interval of 95 %. */
  readonly low: number;
  readonly high: number;
};

const bootstrapDraws = 10_000;
/**
 * Of each tail. A little less than 2.5 %, since the percentile bootstrap of a median is too narrow at few rounds: at 15, the
 * ends are the 4th and the 12th of the ordered ratios, which enclose the true median in 96.5 % of all experiments.
 */
const tail = 0.02;

/**
 * How many times faster `ours` is: exp of the median of log(theirs / ours) over the rounds. Both are seconds by round; a
 * round's two turns lie side by side, so what slows the machine for a while slows both. The interval is the percentile
 * bootstrap over rounds (Efron 1979).
 */
export function pairedRatio(
  ours: readonly number[],
  theirs: readonly number[],
  random: HostRandom,
  draws = bootstrapDraws,
): PairedRatio {
  const logs = ours.map((own, i) => Math.log((theirs[i] as number) / own));
  const resampled = Float64Array.from({ length: draws }, () =>
    median(logs.map(() => logs[Math.floor(random() * logs.length)] as number)),
  ).sort();
  const quantile = (q: number): number => resampled[Math.round(q * (draws - 1))] as number;
  return {
    ratio: Math.exp(median(logs)),
    low: Math.exp(quantile(tail)),
    high: Math.exp(quantile(1 - tail)),
  };
}

/** @file Means and standard deviations of the targets over the training part. */
import { at } from '@dualbeat/core';
import type { Row } from './row.ts';
import { TARGETS } from './targets.ts';
import type { Target } from './targets.ts';

type Moments = { readonly mean: number; readonly std: number };
type Sum = { seen: number; mean: number; squares: number };
const BASES = ['parameters', 'all82', 'endpoints', 'survival', 'age', 'sex'] as const;

function add(sum: Sum, value: number): void {
  sum.seen++;
  const change = value - sum.mean;
  sum.mean += change / sum.seen;
  sum.squares += change * (value - sum.mean);
}
const newSum = (): Sum => ({ seen: 0, mean: 0, squares: 0 });

/**
 * One pass over `rows` for every name of every target. Exact means and population standard deviations of each name's first number over the
 * values that are there; 0 and 1 where there are none. `labelled`: whether a row counts where labels are few. A row is let go before the next one.
 */
export function targetMoments(
  rows: Iterable<Row>,
  labelled: (row: Row) => boolean,
): (target: Target, fewer: boolean) => { mean: readonly number[]; std: readonly number[] } {
  const sums = BASES.map((base) => {
    const target = at(TARGETS, base);
    return { target, all: target.spec.names.map(newSum), few: target.spec.names.map(newSum) };
  });
  for (const row of rows) {
    const counts = labelled(row);
    for (const { target, all, few } of sums) {
      for (let k = 0; k < all.length; k++) {
        const value = target.value(row, k)?.[0];
        if (value === undefined) continue;
        add(all[k] as Sum, value);
        if (counts) add(few[k] as Sum, value);
      }
    }
  }
  const moments = ({ seen, mean, squares }: Sum): Moments => ({
    mean,
    std: seen > 0 ? Math.sqrt(squares / seen) : 1,
  });
  return (target, fewer) => {
    const of = sums[BASES.indexOf(target.base)] as (typeof sums)[number];
    const found = target.spec.names.map((name) => {
      const k = of.target.spec.names.indexOf(name);
      return moments((fewer ? of.few : of.all)[k] as Sum);
    });
    return { mean: found.map(({ mean }) => mean), std: found.map(({ std }) => std) };
  };
}

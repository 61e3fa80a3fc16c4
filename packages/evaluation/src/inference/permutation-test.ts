/** @file Paired permutation test over subjects. */
import { hostRandom } from '@dualbeat/core';
import type { MetricValue } from '@dualbeat/core';
import { isDefined, undefinedBecause } from '../values.ts';
import type { Undefined } from '../values.ts';
import { rowsBySubject } from './resample.ts';
import type { Subjects } from './resample.ts';

export type Permutation = {
  readonly difference: number;
  /** Two-sided. */
  readonly pValue: number;
  /** All assignments were counted, not a sample of them. */
  readonly exact: boolean;
  readonly permutations: number;
};

/**
 * Tests that the two trials could trade places in any subject. `difference`: the statistic where `swapped` is 1 for the
 * rows whose two predictions trade places. All 2^subjects assignments where they are at most `replicates`, else that
 * many random ones, the observed counted among them (Phipson and Smyth 2010). Undefined where the difference is, or does
 * not exist in an assignment.
 */
export function permutationTest(
  difference: (swapped: Uint8Array) => MetricValue,
  subjects: Subjects,
  how: { readonly replicates: number; readonly seed: number },
): Permutation | Undefined {
  const groups = rowsBySubject(subjects);
  if (groups.length === 0) return undefinedBecause('there are no subjects');
  const swapped = new Uint8Array(subjects.length);
  const observed = difference(swapped);
  if (!isDefined(observed)) return observed;
  const least = Math.abs(observed) * (1 - 1e-12) - 1e-300; // sums in another order round differently
  const exact = 2 ** groups.length <= how.replicates;
  const permutations = exact ? 2 ** groups.length : how.replicates;
  const random = hostRandom(how.seed, 'evaluation/permutation');
  let extreme = 0;
  for (let r = 0; r < permutations; r++) {
    for (let g = 0; g < groups.length; g++) {
      const swap = exact ? (r >> g) & 1 : random() < 0.5 ? 1 : 0;
      for (const row of groups[g] as Int32Array) swapped[row] = swap;
    }
    const found = difference(swapped);
    if (!isDefined(found))
      return undefinedBecause(`with predictions traded, ${found.undefinedBecause}`);
    if (Math.abs(found) >= least) extreme++;
  }
  const pValue = exact ? extreme / permutations : (extreme + 1) / (permutations + 1);
  return { difference: observed, pValue, exact, permutations };
}

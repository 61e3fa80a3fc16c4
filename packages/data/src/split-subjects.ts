/** @file Splitting rows by subject. */
import { hostRandom } from '@dualbeat/core';
import { splitFractions } from './errors.ts';

/**
 * Splits rows so that all rows of a subject come into one part. `subjects`: the subject number (0 or more) of each row;
 * gives, per name of `fractions`, the positions in `subjects`, ascending. Each subject has a number drawn from the seed and its
 * own number; subjects in that order are cut at the rounded fractions, in the order of the names. So a subject more or
 * less moves only subjects at the cuts. Errors: E_SPLIT_FRACTIONS.
 * @example splitSubjects(cohortSubjects, { train: 0.7, val: 0.1, test: 0.2 }, 0).val;
 */
export function splitSubjects<P extends string>(
  subjects: Int32Array,
  fractions: Readonly<Record<P, number>>,
  seed: number,
): Record<P, Int32Array> {
  const parts = Object.entries<number>(fractions) as [P, number][];
  checkFractions(parts);
  const drawn = [...new Set(subjects)].map((subject) => {
    const random = hostRandom(seed, 'data/split', subject);
    return { subject, first: random(), second: random() };
  });
  // Two draws of 24 bits: equal ones are as good as impossible, and then the number decides.
  drawn.sort((a, b) => a.first - b.first || a.second - b.second || a.subject - b.subject);

  const partOf = new Map<number, P>();
  let sum = 0;
  let start = 0;
  parts.forEach(([part, fraction], i) => {
    sum += fraction;
    const end = i === parts.length - 1 ? drawn.length : Math.round(sum * drawn.length);
    for (const { subject } of drawn.slice(start, end)) partOf.set(subject, part);
    start = Math.max(start, end);
  });
  const rows = new Map<P, number[]>(parts.map(([part]) => [part, []]));
  subjects.forEach((subject, row) => rows.get(partOf.get(subject) as P)?.push(row));
  const split = [...rows].map(([part, list]) => [part, Int32Array.from(list)] as const);
  return Object.fromEntries(split) as Record<P, Int32Array>;
}

function checkFractions(parts: readonly (readonly [string, number])[]): void {
  const wrong = parts.find(([, fraction]) => !(fraction >= 0 && fraction <= 1));
  if (wrong !== undefined) throw splitFractions(`"${wrong[0]}" is ${wrong[1]}`);
  const sum = parts.reduce((total, [, fraction]) => total + fraction, 0);
  if (Math.abs(sum - 1) > 1e-6) throw splitFractions(`they add up to ${Number(sum.toFixed(9))}`);
}

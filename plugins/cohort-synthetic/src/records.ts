/** @file Rows of the cohort: subjects at their visits, and the parts that they are in. */
import { hostRandom, permutation } from '@dualbeat/core';
import type { Split } from '@dualbeat/core';
import { splitSubjects } from './splits.ts';

export type Records = {
  /** By row. First visits come first, in the order of the subjects. */
  readonly subject: Int32Array;
  readonly visit: Uint8Array;
  readonly rows: { readonly [split in Split]: Int32Array };
  /** By subject: 0 to 1 in an order of the training subjects of its own; -1 for all others. A subject has labels where it is below the fraction. */
  readonly labelRank: Float64Array;
};

/** Subjects are split, their visits go along. Error: E_SYNTHETIC_SPLITS. */
export function recordsOf(
  seed: number,
  subjects: number,
  options: {
    readonly splits: { readonly train: number; readonly val: number };
    readonly repeatVisits: number;
  },
): Records {
  const parts = splitSubjects(seed, subjects, options.splits);
  const again: number[] = [];
  if (options.repeatVisits > 0) {
    for (let subject = 0; subject < subjects; subject++) {
      const comes = hostRandom(seed, 'cohort-synthetic/repeat', subject)() < options.repeatVisits;
      if (comes) again.push(subject);
    }
  }
  const subject = new Int32Array(subjects + again.length);
  const visit = new Uint8Array(subject.length);
  for (let row = 0; row < subjects; row++) subject[row] = row;
  again.forEach((who, k) => {
    subject[subjects + k] = who;
    visit[subjects + k] = 1;
  });
  const rowsOf = (part: Int32Array) => {
    const members = new Uint8Array(subjects);
    for (const who of part) members[who] = 1;
    const second = again.flatMap((who, k) => (members[who] === 1 ? [subjects + k] : []));
    return Int32Array.from([...part, ...second]);
  };
  const labelRank = new Float64Array(subjects).fill(-1);
  const order = permutation(parts.train.length, hostRandom(seed, 'cohort-synthetic/labels'));
  parts.train.forEach((who, k) => {
    labelRank[who] = (order[k] as number) / parts.train.length;
  });
  return {
    subject,
    visit,
    rows: {
      train: rowsOf(parts.train),
      val: rowsOf(parts.val),
      test: rowsOf(parts.test),
      all: rowsOf(parts.all),
    },
    labelRank,
  };
}

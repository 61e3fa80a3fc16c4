/** @file Refuses to evaluate on those that a model was fitted on. */
import type { Cohort, Named, Split } from '@dualbeat/core';
import { leak } from '@dualbeat/training';

/**
 * `subjects`: of the checkpoint and its lineage, by cohort digest. The part "train" is what its name says and is not checked.
 * Gives the number of subjects shared, where that is allowed. Error: E_LEAK.
 */
export function checkLeak(
  cohort: Pick<Cohort, 'digest' | 'subjects'>,
  of: {
    readonly stage: string;
    readonly checkpoint: string;
    readonly split: Split;
    readonly rows: Int32Array;
    readonly subjects: Named<Int32Array>;
    readonly allow: boolean;
  },
): number {
  if (of.split === 'train') return 0;
  const fitted = new Set(of.subjects[cohort.digest]);
  const here = new Set(cohort.subjects(of.rows));
  const shared = [...here].filter((subject) => fitted.has(subject)).length;
  if (shared > 0 && !of.allow) throw leak({ ...of, shared, subjects: here.size });
  return shared;
}

/** @file A cohort of which only the first rows of each split are looked at. */
import type { Cohort, Named } from '@dualbeat/core';

/** Rows by split; a split that is not named is whole. */
export type RowLimits = Named<number>;

export function limitRows(cohort: Cohort, limits: RowLimits): Cohort {
  return {
    views: cohort.views,
    targets: cohort.targets,
    digest: cohort.digest,
    rows: async (split) => {
      const rows = await cohort.rows(split);
      return rows.slice(0, limits[split] ?? rows.length);
    },
    subjects: (rows) => cohort.subjects(rows),
    ids: (rows) => cohort.ids(rows),
    read: (rows, names) => cohort.read(rows, names),
  };
}

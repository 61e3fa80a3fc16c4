/** @file Bootstrap over subjects. */
import { hostRandom } from '@dualbeat/core';
import type { MetricValue } from '@dualbeat/core';
import { isDefined, undefinedBecause } from '../values.ts';
import type { Undefined } from '../values.ts';
import {
  bcaInterval,
  checkReplicates,
  expandedLevel,
  percentileInterval,
  UNDEFINED_SHARE,
} from './interval.ts';
import type { Estimate } from './interval.ts';
import { drawSubjects, rowsBySubject, withoutSubject } from './resample.ts';
import type { Subjects } from './resample.ts';

/** A metric of the rows given; a row may come several times. */
export type Statistic = (rows: Int32Array) => MetricValue;

export type BootstrapHow = {
  readonly replicates: number;
  /** Such as 0.95. */
  readonly level: number;
  readonly seed: number;
  readonly method: 'percentile' | 'bca';
};

/**
 * `statistic` of all rows, with an interval from resampled subjects (all rows of a subject together). The same seed
 * gives the same interval. Undefined where the statistic is; its interval alone is undefined where there is but one
 * subject or more than 5 % of the resamples have no value. Errors: E_EVALUATION_REPLICATES.
 * @example bootstrap((rows) => r2(at(truth, rows), at(prediction, rows)), subjects, { replicates: 2000, level: 0.95, seed: 0, method: 'bca' })
 */
export function bootstrap(
  statistic: Statistic,
  subjects: Subjects,
  how: BootstrapHow,
): Estimate | Undefined {
  checkReplicates(how.replicates, how.level);
  const groups = rowsBySubject(subjects);
  const value = statistic(Int32Array.from({ length: subjects.length }, (_, i) => i));
  if (!isDefined(value)) return value;
  const counts = { value, subjects: groups.length, replicates: how.replicates };
  if (groups.length < 2) {
    const interval = undefinedBecause('there are fewer than two subjects');
    return { ...counts, interval, undefinedReplicates: 0 };
  }
  const random = hostRandom(how.seed, 'evaluation/bootstrap');
  const drawn: number[] = [];
  for (let r = 0; r < how.replicates; r++) {
    const replicate = statistic(drawSubjects(groups, random));
    if (isDefined(replicate)) drawn.push(replicate);
  }
  const undefinedReplicates = how.replicates - drawn.length;
  const interval = intervalOf(expandedLevel(how.level, groups.length));
  return {
    ...counts,
    interval: isDefined(interval) ? { ...interval, level: how.level } : interval,
    undefinedReplicates,
  };

  function intervalOf(level: number): Estimate['interval'] {
    if (undefinedReplicates > UNDEFINED_SHARE * how.replicates)
      return undefinedBecause(
        `the value does not exist in ${undefinedReplicates} of ${how.replicates} resamples`,
      );
    if (how.method === 'percentile') return percentileInterval(drawn, level);
    const left: number[] = [];
    for (let g = 0; g < groups.length; g++) {
      const without = statistic(withoutSubject(groups, g));
      if (!isDefined(without))
        return undefinedBecause(`without one subject, ${without.undefinedBecause}`);
      left.push(without);
    }
    return bcaInterval(value as number, drawn, left, level);
  }
}

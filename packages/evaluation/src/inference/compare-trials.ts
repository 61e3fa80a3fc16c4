/** @file Two variants on the same test subjects, over several seeds. */
import { hostRandom, normalFrom } from '@dualbeat/core';
import type { HostRandom, MetricValue } from '@dualbeat/core';
import { noSeeds } from '../errors.ts';
import { isDefined, undefinedBecause } from '../values.ts';
import type { Undefined } from '../values.ts';
import { checkReplicates, expandedLevel, percentileInterval, UNDEFINED_SHARE } from './interval.ts';
import type { Estimate, Interval } from './interval.ts';
import { drawSubjects, rowsBySubject } from './resample.ts';
import type { Subjects } from './resample.ts';

/** A metric of the trial with the `seed`-th seed on the rows given; a row may come several times. */
export type TrialStatistic = (seed: number, rows: Int32Array) => MetricValue;

export type Comparison = {
  /** Means over the seeds. */
  readonly candidate: Estimate;
  readonly baseline: Estimate;
  /** Candidate minus baseline: what to report first. */
  readonly difference: Estimate;
  /** Difference over |baseline|; undefined where the baseline's interval reaches 0. */
  readonly relative:
    { readonly value: number; readonly interval: Interval | Undefined } | Undefined;
  /** Two-sided, of no difference. */
  readonly pValue: MetricValue;
  readonly seeds: number;
  /** True with one seed: the intervals then hold for that seed alone, as the spread over seeds cannot be seen. */
  readonly conditionalOnSeed: boolean;
};

export type CompareHow = {
  /** How many seeds both trials have; a seed covers every stage. */
  readonly seeds: number;
  readonly replicates: number;
  readonly level: number;
  /** Of the resampling. */
  readonly seed: number;
};

type Side = 'candidate' | 'baseline' | 'difference';
type Three = Record<Side, number>;
const SIDES: readonly Side[] = ['candidate', 'baseline', 'difference'];

/**
 * Paired bootstrap: each replicate draws subjects once, for both variants and all seeds, as they share the test
 * subjects, and takes means over the seeds. To that it adds a draw of the seeds' own deviation: their observed spread,
 * less the part that resampling subjects already shows, times a Student t of seeds - 1 degrees of freedom. Resampling
 * the few seeds themselves would make intervals too narrow; seeds are never the only unit of inference.
 * Undefined where the metric is, for a variant and seed. Errors: E_EVALUATION_REPLICATES, E_EVALUATION_SEEDS.
 */
export function compareTrials(
  candidate: TrialStatistic,
  baseline: TrialStatistic,
  subjects: Subjects,
  how: CompareHow,
): Comparison | Undefined {
  checkReplicates(how.replicates, how.level);
  if (!(how.seeds >= 1)) throw noSeeds();
  const seeds = Array.from({ length: how.seeds }, (_, s) => s);
  const measure = (rows: Int32Array): readonly Three[] | Undefined => {
    const found: Three[] = [];
    for (const s of seeds) {
      const [a, b] = [candidate(s, rows), baseline(s, rows)];
      if (!isDefined(a)) return a;
      if (!isDefined(b)) return b;
      found.push({ candidate: a, baseline: b, difference: a - b });
    }
    return found;
  };
  const groups = rowsBySubject(subjects);
  const own = measure(Int32Array.from({ length: subjects.length }, (_, i) => i));
  if (!isDefined(own)) return own;
  const centre = means(own);
  const drawn: Three[] = [];
  const overlap: Three = { candidate: 0, baseline: 0, difference: 0 };
  const random = hostRandom(how.seed, 'evaluation/compare');
  for (let r = 0; r < how.replicates && groups.length > 1; r++) {
    const found = measure(drawSubjects(groups, random));
    if (!isDefined(found)) continue;
    drawn.push(means(found));
    const moved = found.map((of, s) => combine(of, own[s] as Three, (x, y) => x - y));
    const spread = seedVariance(moved);
    for (const side of SIDES) overlap[side] += spread[side];
  }
  const shifted = withSeeds(drawn, own, overlap, hostRandom(how.seed, 'evaluation/seeds'));
  const undefinedReplicates = how.replicates - drawn.length;
  const refused =
    groups.length < 2
      ? undefinedBecause('there are fewer than two subjects')
      : undefinedReplicates > UNDEFINED_SHARE * how.replicates
        ? undefinedBecause(
            `the value does not exist in ${undefinedReplicates} of ${how.replicates} resamples`,
          )
        : undefined;
  const expanded = expandedLevel(how.level, groups.length);
  const intervalOf = (values: readonly number[]): Interval | Undefined => {
    const found = percentileInterval(values, expanded);
    return isDefined(found) ? { ...found, level: how.level } : found;
  };
  const estimate = (side: Side): Estimate => ({
    value: centre[side],
    interval:
      refused ??
      percentileInterval(
        shifted.map((of) => of[side]),
        how.level,
      ),
    subjects: groups.length,
    replicates: how.replicates,
    undefinedReplicates: groups.length < 2 ? 0 : undefinedReplicates,
  });
  const base = estimate('baseline');
  return {
    candidate: estimate('candidate'),
    baseline: base,
    difference: estimate('difference'),
    relative: relativeChange(centre, base, shifted, intervalOf),
    pValue: refused ?? twoSided(shifted.map((of) => of.difference)),
    seeds: how.seeds,
    conditionalOnSeed: how.seeds === 1,
  };
}

function relativeChange(
  centre: Three,
  baseline: Estimate,
  shifted: readonly Three[],
  intervalOf: (values: readonly number[]) => Interval | Undefined,
): Comparison['relative'] {
  const { interval } = baseline;
  if (!isDefined(interval)) return interval;
  if (interval.lower <= 0 && interval.upper >= 0)
    return undefinedBecause("the baseline's interval reaches 0");
  const ratio = (of: Three) => (of.candidate - of.baseline) / Math.abs(of.baseline);
  return { value: ratio(centre), interval: intervalOf(shifted.map(ratio)) };
}

/** Replicates with a draw of the seeds' deviation added, the same for all three. */
function withSeeds(
  drawn: readonly Three[],
  own: readonly Three[],
  overlap: Three,
  random: HostRandom,
): readonly Three[] {
  const count = own.length;
  if (count < 2 || drawn.length === 0) return drawn;
  const centre = means(own);
  const total = seedVariance(own);
  const share = (side: Side) =>
    total[side] > 0 ? Math.sqrt(Math.max(0, 1 - overlap[side] / drawn.length / total[side])) : 0;
  const shares = {
    candidate: share('candidate'),
    baseline: share('baseline'),
    difference: share('difference'),
  };
  return drawn.map((replicate) => {
    const normals = own.map(() => normalFrom(random));
    let chi = 0;
    for (let i = 1; i < count; i++) chi += normalFrom(random) ** 2;
    const scale = 1 / Math.sqrt(count * (count - 1) * (chi / (count - 1)));
    const shift = (side: Side) =>
      own.reduce((sum, of, s) => sum + (normals[s] as number) * (of[side] - centre[side]), 0) *
      scale *
      shares[side];
    return {
      candidate: replicate.candidate + shift('candidate'),
      baseline: replicate.baseline + shift('baseline'),
      difference: replicate.difference + shift('difference'),
    };
  });
}

/** Variance of the mean over seeds, from their spread. */
function seedVariance(values: readonly Three[]): Three {
  const n = values.length;
  const out: Three = { candidate: 0, baseline: 0, difference: 0 };
  if (n < 2) return out;
  const centre = means(values);
  for (const of of values)
    for (const side of SIDES) out[side] += (of[side] - centre[side]) ** 2 / (n * (n - 1));
  return out;
}

function means(values: readonly Three[]): Three {
  const out: Three = { candidate: 0, baseline: 0, difference: 0 };
  for (const of of values) for (const side of SIDES) out[side] += of[side] / values.length;
  return out;
}

function combine(a: Three, b: Three, how: (x: number, y: number) => number): Three {
  return {
    candidate: how(a.candidate, b.candidate),
    baseline: how(a.baseline, b.baseline),
    difference: how(a.difference, b.difference),
  };
}

function twoSided(differences: readonly number[]): number {
  const above = differences.filter((of) => of >= 0).length;
  const below = differences.filter((of) => of <= 0).length;
  return Math.min(1, (2 * (1 + Math.min(above, below))) / (differences.length + 1));
}

import { hostRandom, normalFrom } from '@dualbeat/core';
import { expect, test } from 'vitest';
import { at, auroc, bootstrap, compareTrials, isDefined, mean, pearson } from '../index.ts';
import { calibrateIntervals, intervalCoverage, predictionIntervals } from '../index.ts';
import type { Interval, Undefined } from '../index.ts';

const FULL = process.env['DUALBEAT_TEST_FULL'] === '1';
const RUNS = FULL ? 1500 : 60;
const REPLICATES = FULL ? 400 : 100;
// 1,500 runs estimate a share of 0.95 to 0.006 (one standard error), 60 to 0.028
const [LOW, HIGH] = FULL ? [0.93, 0.97] : [0.85, 1];
const TIMEOUT = 900_000;

const holds = (interval: Interval | Undefined, wanted: number) =>
  isDefined(interval) && interval.lower <= wanted && wanted <= interval.upper ? 1 : 0;
const normals = (n: number, random: () => number) =>
  Float64Array.from({ length: n }, () => normalFrom(random));

function share(name: string, run: (random: () => number, r: number) => number): number {
  let inside = 0;
  for (let r = 0; r < RUNS; r++) inside += run(hostRandom(7, name, r), r);
  return inside / RUNS;
}

function expectInside(covered: number): void {
  expect(covered).toBeGreaterThanOrEqual(LOW);
  expect(covered).toBeLessThanOrEqual(HIGH);
}

const METHODS = ['percentile', 'bca'] as const;

test.each(METHODS)(
  '%s intervals of a mean over subjects with two rows each cover',
  (method) => {
    const n = 120;
    const subjects = Int32Array.from({ length: 2 * n }, (_, i) => i >> 1);
    const covered = share('mean', (random, seed) => {
      const own = normals(n, random);
      const values = normals(2 * n, random).map((x, i) => 0.5 * x + (own[i >> 1] as number));
      const how = { replicates: REPLICATES, level: 0.95, seed, method };
      const found = bootstrap((rows) => mean(at(values, rows)), subjects, how);
      return isDefined(found) ? holds(found.interval, 0) : 0;
    });
    expectInside(covered);
  },
  TIMEOUT,
);

test.each(METHODS)(
  '%s intervals of a correlation and of an AUROC cover',
  (method) => {
    const n = 150;
    const subjects = Int32Array.from({ length: n }, (_, i) => i);
    const how = { replicates: REPLICATES, level: 0.95, method };
    const correlation = share('pearson', (random, seed) => {
      const truth = normals(n, random);
      const prediction = normals(n, random).map((x, i) => 0.8 * x + 0.6 * (truth[i] as number));
      const statistic = (rows: Int32Array) => pearson(at(truth, rows), at(prediction, rows));
      const found = bootstrap(statistic, subjects, { ...how, seed });
      return isDefined(found) ? holds(found.interval, 0.6) : 0;
    });
    const ranking = share('auroc', (random, seed) => {
      const labels = Float64Array.from({ length: n }, () => (random() < 0.4 ? 1 : 0));
      const scores = normals(n, random).map((x, i) => x + (labels[i] as number));
      const statistic = (rows: Int32Array) => auroc(at(labels, rows), at(scores, rows));
      const found = bootstrap(statistic, subjects, { ...how, seed });
      return isDefined(found) ? holds(found.interval, 0.7602499389065233) : 0; // normal cdf of 1 / sqrt 2
    });
    for (const covered of [correlation, ranking]) {
      expectInside(covered);
    }
  },
  TIMEOUT,
);

// spread over seeds / over subjects / of single predictions; the truth is over new subjects and new seeds
test.each([
  [0.1, 1, 0.5, 5],
  [0.3, 1, 0.5, 5],
  [0.05, 0.5, 1, 5],
  [0.2, 1, 0.5, 3],
  [0.1, 1, 0.3, 10],
])(
  'nested intervals cover: seeds %f, subjects %f, noise %f, %i seeds',
  (a, b, e, seeds) => {
    const n = 60;
    const subjects = Int32Array.from({ length: n }, (_, i) => i);
    const inside = { difference: 0, relative: 0 };
    for (let r = 0; r < RUNS; r++) {
      const random = hostRandom(11, 'nested', r);
      const hard = normals(n, random); // of both variants: cancels in the difference
      const effect = normals(n, random);
      const shift = normals(seeds, random);
      const base = Array.from({ length: seeds }, () =>
        normals(n, random).map((x, i) => 5 + (hard[i] as number) + e * x),
      );
      const values = base.map((row, s) =>
        normals(n, random).map(
          (x, i) =>
            1 + (row[i] as number) + a * (shift[s] as number) + b * (effect[i] as number) + e * x,
        ),
      );
      const found = compareTrials(
        (s, rows) => mean(at(values[s] as Float64Array, rows)),
        (s, rows) => mean(at(base[s] as Float64Array, rows)),
        subjects,
        { seeds, replicates: REPLICATES, level: 0.95, seed: r },
      );
      if (!isDefined(found) || !isDefined(found.relative)) continue;
      inside.difference += holds(found.difference.interval, 1);
      inside.relative += holds(found.relative.interval, 0.2);
    }
    for (const covered of [inside.difference / RUNS, inside.relative / RUNS]) {
      expectInside(covered);
    }
  },
  TIMEOUT,
);

test('split-conformal intervals cover new subjects at their level', () => {
  let covered = 0;
  for (let r = 0; r < 2000; r++) {
    const random = hostRandom(13, 'conformal', r);
    const zero = new Float64Array(60);
    const truth = normals(60, random);
    const calibration = calibrateIntervals({ split: 'val', truth, prediction: zero }, 0.9);
    const inside = intervalCoverage(normals(60, random), predictionIntervals(zero, calibration));
    covered += (inside as number) / 2000;
  }
  expect(covered).toBeGreaterThan(0.89); // 0.9 to 0.9 + 1 / 61
  expect(covered).toBeLessThan(0.93);
});

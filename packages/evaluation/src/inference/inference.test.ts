import { hostRandom, normalFrom } from '@dualbeat/core';
import { expect, test } from 'vitest';
import * as of from '../index.ts';

const truth = [1, 2, 3, 4, 5, 6, 7, 8];
const prediction = [1.2, 1.9, 3.4, 3.9, 5.3, 5.5, 7.2, 8.4];
const subjects = ['a', 'a', 'b', 'c', 'd', 'e', 'f', 'g'];
const how = { replicates: 200, level: 0.95, seed: 3, method: 'percentile' } as const;
const error = (rows: Int32Array) => of.mae(of.at(truth, rows), of.at(prediction, rows));

test('the same seed gives the same interval, another one another', () => {
  const first = of.bootstrap(error, subjects, how);
  expect(of.bootstrap(error, subjects, how)).toEqual(first);
  expect(of.bootstrap(error, subjects, { ...how, seed: 4 })).not.toEqual(first);
  expect(first).toMatchObject({ subjects: 7, replicates: 200, undefinedReplicates: 0 });
});

test('rows of one subject are drawn together', () => {
  of.bootstrap(
    (rows) => {
      const counts = [0, 1].map((row) => rows.filter((drawn) => drawn === row).length);
      expect(counts[0]).toBe(counts[1]);
      return rows.length;
    },
    subjects,
    how,
  );
});

test('what the resamples cannot give is undefined, with its number', () => {
  const labels = [1, 0, 0, 0, 0, 0];
  const scores = [0.9, 0.1, 0.2, 0.3, 0.4, 0.5];
  const found = of.bootstrap(
    (rows) => of.auroc(of.at(labels, rows), of.at(scores, rows)),
    [0, 1, 2, 3, 4, 5],
    how,
  );
  expect(found).toMatchObject({ value: 1 });
  expect(found).toHaveProperty('interval.undefinedBecause');
  expect(of.bootstrap(() => of.undefinedBecause('so'), subjects, how)).toEqual({
    undefinedBecause: 'so',
  });
  expect(of.bootstrap(() => 1, ['a', 'a'], how)).toMatchObject({
    interval: { undefinedBecause: 'there are fewer than two subjects' },
  });
  expect(of.bootstrap(() => 1, subjects, { ...how, method: 'bca' })).toMatchObject({
    interval: { undefinedBecause: 'no single subject moves the value' },
  });
});

test('a comparison is paired: what both share cancels', () => {
  const n = 60;
  const random = hostRandom(5, 'paired');
  const hard = Float64Array.from({ length: n }, () => 10 * normalFrom(random));
  const gain = Float64Array.from({ length: n }, () => 1 + 0.1 * normalFrom(random));
  const found = of.compareTrials(
    (s, rows) => of.mean(of.at(hard, rows).map((x, i) => x + 50 + s + (gain[rows[i] ?? 0] ?? 0))),
    (s, rows) => of.mean(of.at(hard, rows).map((x) => x + 50 + s)),
    gain.map((_, i) => i),
    { seeds: 3, replicates: 400, level: 0.95, seed: 0 },
  );
  if (!of.isDefined(found) || !of.isDefined(found.difference.interval))
    throw new Error('undefined');
  const { lower, upper } = found.difference.interval;
  expect(upper - lower).toBeLessThan(0.1);
  expect(lower).toBeLessThan(1.05);
  expect(found.pValue).toBeLessThan(0.01);
  expect(found).toMatchObject({ seeds: 3, conditionalOnSeed: false });
  if (!of.isDefined(found.relative)) throw new Error('undefined');
  expect(found.relative.value).toBeCloseTo(found.difference.value / found.baseline.value, 12);
});

test('a relative change over a baseline that may be 0 is not defined', () => {
  const values = [-1, 1, -2, 2, -0.5, 0.7];
  const found = of.compareTrials(
    (_, rows) => of.mean(of.at(values, rows).map((x) => x + 1)),
    (_, rows) => of.mean(of.at(values, rows)),
    values.map((_, i) => i),
    { seeds: 1, replicates: 200, level: 0.95, seed: 0 },
  );
  expect(found).toMatchObject({
    relative: { undefinedBecause: "the baseline's interval reaches 0" },
    conditionalOnSeed: true,
  });
});

test('permutations: exact where few, sampled where many, swapped by subject', () => {
  const d = [1, 2, 3, 4];
  const mean = (values: readonly number[]) => (swapped: Uint8Array) =>
    of.mean(values.map((x, i) => (swapped[i] ? -x : x)));
  const exact = of.permutationTest(mean(d), [0, 1, 2, 3], { replicates: 16, seed: 0 });
  expect(exact).toEqual({ difference: 2.5, pValue: 2 / 16, exact: true, permutations: 16 });
  const sampled = of.permutationTest(mean(d), [0, 1, 2, 3], { replicates: 15, seed: 0 });
  expect(sampled).toMatchObject({ exact: false, permutations: 15 });
  expect(of.permutationTest(mean(d), [0, 0, 0, 0], { replicates: 16, seed: 0 })).toMatchObject({
    pValue: 1,
    permutations: 2,
  });
});

test('holm keeps what is not defined and does not count it', () => {
  const none = of.undefinedBecause('one class');
  expect(of.holm([0.04, none, 0.01])).toEqual([0.04, none, 0.02]);
});

test('a test that cannot reach its level is warned of', () => {
  expect(of.cannotReach({ test: 'wilcoxon', pairs: 5 }, 0.05, 1)).toMatchInlineSnapshot(
    `"A two-sided Wilcoxon signed-rank test with 5 pairs cannot give a p value below 0.0625, so it never reaches 0.05: test over subjects instead."`,
  );
  expect(of.cannotReach({ test: 'wilcoxon', pairs: 6 }, 0.05, 1)).toBeUndefined();
  expect(of.cannotReach({ test: 'permutation', pairs: 6 }, 0.05, 4)).toMatchInlineSnapshot(
    `"A two-sided paired permutation test with 6 pairs cannot give a p value below 0.0313, so it never reaches 0.0125 (0.05 over 4 comparisons): test over subjects instead."`,
  );
  expect(of.cannotReach({ test: 'resampling', replicates: 20 }, 0.05, 1)).toMatch(/replicates/);
  expect(of.cannotReach({ test: 'mann-whitney', first: 3, second: 3 }, 0.05, 1)).toMatch(/0\.1/);
});

test('an interval inside the margin shows equivalence', () => {
  expect(of.withinMargin({ lower: -0.1, upper: 0.2, level: 0.9 }, 0.3)).toBe(true);
  expect(of.withinMargin({ lower: -0.1, upper: 0.2, level: 0.9 }, 0.2)).toBe(false);
  expect(of.withinMargin(of.undefinedBecause('so'), 0.2)).toEqual({ undefinedBecause: 'so' });
  expect(of.equivalenceTest([1, 1, 1], 2)).toEqual({
    undefinedBecause: 'the differences do not vary',
  });
});

test('scores that rank alike have no DeLong test', () => {
  const labels = [0, 0, 1, 1, 1];
  const scores = [1, 3, 2, 4, 5];
  expect(of.deLong(labels, scores, scores, 0.95)).toEqual({
    undefinedBecause: 'the difference does not vary',
  });
  expect(of.deLong([0, 1, 1], [1, 2, 3], [1, 2, 3], 0.95)).toEqual({
    undefinedBecause: 'there are fewer than two negatives',
  });
  expect(of.deLongStandardError(labels, scores)).toBeCloseTo(
    Math.sqrt(1 / 12 / 3 + 1 / 18 / 2),
    12,
  );
});

test('intervals need a calibration on validation with enough subjects', () => {
  const few = of.calibrateIntervals({ split: 'val', truth: [1, 2], prediction: [1, 2] }, 0.9);
  expect(few).toEqual({
    undefinedBecause: '2 subjects are too few for intervals of level 0.9; it takes 9',
  });
  const [nine, zeros] = [[1, 2, 3, 4, 5, 6, 7, 8, 9], new Float64Array(9)];
  const calibration = of.calibrateIntervals({ split: 'val', truth: nine, prediction: zeros }, 0.9);
  expect(calibration).toEqual({ halfWidth: 9, level: 0.9, count: 9, split: 'val' });
  const intervals = of.predictionIntervals([10, 20], calibration);
  expect(intervals).toEqual({ lower: Float64Array.of(1, 11), upper: Float64Array.of(19, 29) });
  expect(of.intervalCoverage([5, 30], intervals)).toBe(0.5);
  expect(() => of.predictionIntervals([1], few)).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_EVALUATION_CALIBRATION: prediction intervals: there is no calibration: 2 subjects are too few for intervals of level 0.9; it takes 9. Fix: calibrate on the split 'val', with enough subjects for the level, or ask for predictions without intervals.]`,
  );
  expect(() => of.predictionIntervals([1], undefined)).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_EVALUATION_CALIBRATION: prediction intervals: there is no calibration: the model was never calibrated. Fix: calibrate on the split 'val', with enough subjects for the level, or ask for predictions without intervals.]`,
  );
  expect(() =>
    of.calibrateIntervals({ split: 'test', truth: nine, prediction: zeros }, 0.9),
  ).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_EVALUATION_CALIBRATION: prediction intervals: there is no calibration: the split 'test' cannot calibrate. Fix: calibrate on the split 'val', with enough subjects for the level, or ask for predictions without intervals.]`,
  );
});

test('errors', () => {
  expect(() => of.equivalenceTest([1, 2], 0)).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_EVALUATION_MARGIN: equivalence: the margin 0 is not above 0. Fix: state, before looking at results, the largest difference that does not matter.]`,
  );
  expect(() =>
    of.bootstrap(error, subjects, { ...how, replicates: 20 }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_EVALUATION_REPLICATES: bootstrap: 20 replicates cannot give an interval of level 0.95. Fix: use at least 40, better 2000.]`,
  );
  const none = { seeds: 0, replicates: 200, level: 0.95, seed: 0 };
  expect(() =>
    of.compareTrials(
      () => 1,
      () => 1,
      subjects,
      none,
    ),
  ).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_EVALUATION_SEEDS: comparison: there is no seed. Fix: compare trials that share at least one seed.]`,
  );
});

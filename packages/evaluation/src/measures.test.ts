import fc from 'fast-check';
import { expect, test } from 'vitest';
import { singularValues } from './math/singular-values.ts';
import * as of from './index.ts';

const labels = [0, 0, 1, 1, 0, 1];
const scores = [0.1, 0.4, 0.35, 0.8, 0.5, 0.9];

test('a threshold follows its rule on validation, the highest of equals', () => {
  const from = { split: 'val', labels, scores };
  const rule = (by: of.ThresholdRule) => of.chooseThreshold(from, by);
  expect(rule({ by: 'youden' })).toMatchObject({
    threshold: 0.8,
    sensitivity: 2 / 3,
    specificity: 1,
  });
  expect(rule({ by: 'f1' })).toMatchObject({ threshold: 0.8, f1: 0.8 });
  expect(rule({ by: 'sensitivity', least: 1 })).toMatchObject({
    threshold: 0.35,
    specificity: 1 / 3,
  });
  expect(rule({ by: 'specificity', least: 0.5 })).toMatchObject({
    threshold: 0.8,
    sensitivity: 2 / 3,
  });
  expect(of.chooseThreshold({ ...from, labels: labels.map(() => 1) }, { by: 'f1' })).toEqual({
    undefinedBecause: 'there are no negatives',
  });
});

test('targets and their groups; rows without truth are left out', () => {
  const found = of.byTarget(
    of.r2,
    {
      volume: { truth: [1, 2, 3, 99], prediction: [1, 2, 3, 0], present: [1, 1, 1, 0] },
      mass: { truth: [1, 2, 3], prediction: [2, 2, 2] },
      strain: { truth: [1, 1], prediction: [1, 2] },
    },
    { structural: ['volume', 'mass'], functional: ['strain'], none: [] },
  );
  expect(found).toEqual({
    targets: { volume: 1, mass: 0, strain: { undefinedBecause: 'the true values do not vary' } },
    groups: {
      structural: 0.5,
      functional: { undefinedBecause: 'strain: the true values do not vary' },
      none: { undefinedBecause: 'the group has no targets' },
    },
  });
});

test('survival without events, or beyond the follow-up, is not defined', () => {
  const training = { times: [1, 2, 3], events: [1, 0, 1] };
  const none = { times: [1, 2, 3], events: [0, 0, 0] };
  expect(of.unoConcordance(training, none, [1, 2, 3], Infinity)).toEqual({
    undefinedBecause: 'no two times can be compared',
  });
  expect(of.dynamicAuroc(training, none, [1, 2, 3], [1.5])).toEqual({
    at: [{ undefinedBecause: 'nobody has an event up to time 1.5' }],
    mean: { undefinedBecause: 'nobody has an event up to time 1.5' },
  });
  const late = { times: [9, 1], events: [1, 1] };
  expect(of.unoConcordance({ times: [1, 2], events: [0, 1] }, late, [1, 2], Infinity)).toEqual({
    undefinedBecause: 'an event is later than the follow-up of the training part',
  });
  expect(of.integratedBrier(training, none, [[1, 1, 1]], [2])).toEqual({
    undefinedBecause: 'there are no events',
  });
  expect(of.kaplanMeier({ times: [], events: [] }, 0.95)).toEqual({
    undefinedBecause: 'there are no subjects',
  });
  expect(of.logRank(training, ['a', 'a', 'a'])).toEqual({
    undefinedBecause: 'there are fewer than two groups',
  });
});

test('Kaplan-Meier by risk group, with cuts fixed beforehand', () => {
  const cuts = of.riskCuts([1, 2, 3, 4, 5, 6], 2) as readonly number[];
  expect(cuts).toEqual([3.5]);
  const groups = Array.from(of.riskGroups([1, 9, 2, 8], cuts), String);
  const curves = of.kaplanMeierByGroup({ times: [5, 1, 6, 2], events: [1, 1, 0, 1] }, groups, 0.95);
  expect([...curves.keys()]).toEqual(['0', '1']);
  expect(curves.get('0')).toMatchObject({ survival: Float64Array.of(0.5, 0.5) });
  expect(curves.get('1')).toMatchObject({ survival: Float64Array.of(0.5, 0), upper: { 1: 0 } });
});

test('a collapsed representation finds nothing', () => {
  const same = { values: [1, 2, 1, 2, 1, 2], width: 2 };
  expect(of.pairRanks(same, same, 'pessimistic')).toEqual({
    forward: Float64Array.of(3, 3, 3),
    backward: Float64Array.of(3, 3, 3),
  });
  expect(of.pairRanks(same, same, 'averaged')).toMatchObject({ forward: Float64Array.of(2, 2, 2) });
  expect(of.recallAt([1, 1], 5, 2)).toEqual({
    undefinedBecause: 'there are no more than 5 candidates (2)',
  });
  expect(of.uniformity(same, 2)).toBeCloseTo(0, 12);
  expect(of.effectiveRank(same)).toEqual({ undefinedBecause: 'the embeddings do not vary' });
});

test('retrieval by phenotype: 0 where the most similar has the same, 1 where all are alike', () => {
  const values = [1, 0, 1, 0.01, 0, 1, 0.01, 1];
  const pairs = { values, width: 2 };
  expect(of.phenotypeDistance(pairs, pairs, [1, 1, 5, 5], 1)).toBe(0);
  expect(of.phenotypeDistance(pairs, pairs, [1, 5, 5, 1], 1)).toBeCloseTo(1.5, 12);
  expect(of.phenotypeDistance(pairs, pairs, [2, 2, 2, 2], 1)).toEqual({
    undefinedBecause: 'the phenotype does not vary',
  });
});

test('effective rank of orthogonal directions is their number; CKA ignores rotation and scale', () => {
  const cross = { values: [1, 0, -1, 0, 0, 1, 0, -1], width: 2 };
  expect(of.effectiveRank(cross)).toBeCloseTo(2, 12);
  const turned = {
    values: cross.values.map((_, i) => 3 * (cross.values[i ^ 1] as number)),
    width: 2,
  };
  expect(of.linearCka(cross, turned)).toBeCloseTo(1, 12);
});

test('singular values keep the sum of squares, for tall and wide', () => {
  const shape = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }));
  const matrix = shape.chain(([rows, width]) => {
    const number = fc.double({ min: -9, max: 9, noNaN: true });
    const values = fc.array(number, { minLength: rows * width, maxLength: rows * width });
    return values.map((of) => ({ values: Float64Array.from(of), width }));
  });
  fc.assert(
    fc.property(matrix, ({ values, width }) => {
      const squares = values.reduce((sum, x) => sum + x * x, 0);
      const found = singularValues(values, width);
      expect(found.reduce((sum, x) => sum + x * x, 0)).toBeCloseTo(squares, 6);
      expect([...found]).toEqual([...found].sort((a, b) => b - a));
    }),
  );
});

test('errors', () => {
  const from = { split: 'test', labels, scores };
  const two = { values: [1, 2, 3, 4], width: 2 };
  expect(() => of.chooseThreshold(from, { by: 'f1' })).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_EVALUATION_THRESHOLD_SPLIT: threshold: a threshold cannot be chosen on the split 'test'. Fix: choose it on 'val', then apply it to 'test'.]`,
  );
  expect(() => of.sensitivityAtSpecificity(labels, scores, 95)).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_EVALUATION_FRACTION: specificity: 95 is not a fraction between 0 and 1. Fix: give a fraction, such as 0.95 for 95 %.]`,
  );
  expect(() => of.byTarget(of.r2, {}, { all: ['x'] })).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_EVALUATION_TARGET: group 'all': the target 'x' was not evaluated; there are none. Fix: name only targets of the target set in its groups.]`,
  );
  expect(() =>
    of.uniformity({ values: [1, 2, 3], width: 2 }, 2),
  ).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_EVALUATION_EMBEDDINGS: uniformity: 3 values do not fill rows of width 2. Fix: give all rows of the embedding, one after the other, and their width.]`,
  );
  expect(() =>
    of.linearCka(two, { values: [1, 2, 3], width: 1 }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_EVALUATION_ROWS: CKA: one side has 2 rows, the other 3. Fix: give the same rows on both sides, in the same order.]`,
  );
  expect(() =>
    of.pairRanks(two, { values: [1, 2], width: 1 }, 'averaged'),
  ).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_EVALUATION_WIDTH: retrieval: one side has width 2, the other 1. Fix: compare embeddings of the shared space.]`,
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { auroc, averagePrecision, concordance } from './index.ts';

// Golden values of the reference (paper facts, 5.9).
test('golden ranking metrics', () => {
  const labels = [0, 0, 1, 1, 0, 1, 0, 1];
  const scores = [0.1, 0.4, 0.35, 0.8, 0.4, 0.4, 0.7, 0.9];
  expect(auroc(labels, scores)).toBeCloseTo(0.6875, 14);
  expect(averagePrecision(labels, scores)).toBeCloseTo(0.7678571428571428, 14);
  expect(concordance([5, 3, 8, 2, 6], [1, 0, 1, 1, 0], [0.4, 0.9, 0.1, 0.7, 0.4])).toBe(0.75);
});

test('a constant score is chance, a perfect one 1, a reversed one 0', () => {
  expect(auroc([0, 1, 1], [5, 5, 5])).toBe(0.5);
  expect(auroc([0, 1, 1], [1, 2, 3])).toBe(1);
  expect(auroc([0, 1, 1], [3, 2, 1])).toBe(0);
  expect(averagePrecision([0, 1, 1], [1, 2, 3])).toBe(1);
});

test('what is not defined says why', () => {
  expect(auroc([1, 1], [1, 2])).toEqual({ undefinedBecause: 'there are no negatives' });
  expect(averagePrecision([0, 0], [1, 2])).toEqual({ undefinedBecause: 'there are no positives' });
  expect(auroc([0, 2], [1, 2])).toEqual({ undefinedBecause: 'a label is neither 0 nor 1' });
  expect(concordance([1, 2], [0, 0], [1, 2])).toEqual({
    undefinedBecause: 'no two times can be compared',
  });
});

test('auroc equals the count over all pairs', () => {
  const pair = fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 6 }));
  fc.assert(
    fc.property(fc.array(pair, { minLength: 2, maxLength: 30 }), (pairs) => {
      const of = (label: number) => pairs.filter(([l]) => l === label).map(([, score]) => score);
      const [negatives, positives] = [of(0), of(1)];
      if (negatives.length === 0 || positives.length === 0) return;
      const wins = positives.flatMap((p) => negatives.map((n) => (p > n ? 1 : p === n ? 0.5 : 0)));
      const wanted = wins.reduce<number>((a, b) => a + b, 0) / wins.length;
      const found = auroc(
        pairs.map(([l]) => l),
        pairs.map(([, s]) => s),
      );
      expect(found).toBeCloseTo(wanted, 12);
    }),
  );
});

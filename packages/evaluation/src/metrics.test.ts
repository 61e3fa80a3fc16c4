import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mae, mean, nmse, pearson, quantile, r2, rmse, spearman } from './index.ts';

// Golden values of the reference (paper facts, 5.9), to the last digits of a float64.
const truth = [3, -0.5, 2, 7, 4];
const prediction = [2.5, 0, 2, 8, 4.4];

test('golden regression metrics', () => {
  expect(r2(truth, prediction)).toBeCloseTo(0.9450331125827814, 14);
  expect(mae(truth, prediction)).toBeCloseTo(0.48, 14);
  expect(rmse(truth, prediction)).toBeCloseTo(0.5761944116355174, 14);
  expect(pearson(truth, prediction)).toBeCloseTo(0.9853761423037706, 14);
  expect(nmse(truth, prediction)).toBeCloseTo(1 - 0.9450331125827814, 14);
});

test('a prediction equal to the mean has R2 0, a perfect one 1', () => {
  expect(r2([1, 2, 6], [3, 3, 3])).toBeCloseTo(0, 14);
  expect(r2([1, 2, 6], [1, 2, 6])).toBe(1);
});

test('nmse about given centres: two leads with means 1 and 10', () => {
  // squared errors 1 + 0 + 4 + 0; deviations from the centres 1 + 1 + 4 + 4
  expect(nmse([0, 2, 8, 12], [1, 2, 10, 12], [1, 1, 10, 10])).toBe(0.5);
});

test('spearman with ties, against the hand computation', () => {
  // ranks 1 2.5 2.5 4 and 1 3 2 4: covariance 4.5, variances 4.5 and 5
  expect(spearman([10, 20, 20, 30], [1, 3, 2, 9])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 14);
  expect(spearman([1, 2, 3, 4], [1, 10, 100, 1000])).toBeCloseTo(1, 14);
});

test('quantiles are linear between order statistics', () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect(quantile([4, 1, 3, 2], 0.95)).toBeCloseTo(3.85, 14);
  expect(quantile([7], 0.2)).toBe(7);
  expect(quantile(Float32Array.of(5, 1), 0)).toBe(1);
  expect(mean([1, 2, 6])).toBe(3);
});

test('what is not defined says why', () => {
  expect(pearson([1, 1, 1], [1, 2, 3])).toEqual({
    undefinedBecause: 'the true values do not vary',
  });
  expect(pearson([1, 2, 3], [0.1, 0.1, 0.1])).toEqual({
    undefinedBecause: 'the predicted values do not vary',
  });
  expect(r2([0.1, 0.1, 0.1], [1, 2, 3])).toEqual({
    undefinedBecause: 'the true values do not vary',
  });
  expect(rmse([1, NaN], [1, 2])).toEqual({ undefinedBecause: 'a true value is not finite' });
  expect(mae([1, 2], [1, Infinity])).toEqual({
    undefinedBecause: 'a predicted value is not finite',
  });
  expect(mae([], [])).toEqual({ undefinedBecause: 'there are no values' });
  expect(mean([])).toEqual({ undefinedBecause: 'there are no values' });
  expect(quantile([1, NaN], 0.5)).toEqual({ undefinedBecause: 'a value is NaN' });
});

test('errors', () => {
  expect(() => pearson([1, 2], [1])).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_EVALUATION_LENGTH: pearson: there are 2 true values but 1 predicted ones. Fix: give one prediction per true value, in the same order.]`,
  );
  expect(() => quantile([1], 95)).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_EVALUATION_QUANTILE: quantile: the quantile 95 is not between 0 and 1. Fix: give a fraction: 0.5 for the median, 0.95 for the 95th percentile.]`,
  );
});

test('pearson is symmetric, unmoved by scale and offset, and within -1 to 1', () => {
  const number = fc.double({ min: -1e3, max: 1e3, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(number, number), { minLength: 3, maxLength: 40 }), (pairs) => {
      const a = pairs.map(([x]) => x);
      const b = pairs.map(([, y]) => y);
      const r = pearson(a, b);
      if (typeof r !== 'number') return;
      expect(Math.abs(r)).toBeLessThanOrEqual(1);
      expect(pearson(b, a)).toBeCloseTo(r, 12);
      const spread = Math.max(...b) - Math.min(...b);
      if (spread < 1e-3) return; // the offset would swallow the values
      expect(
        pearson(
          a,
          b.map((y) => 3 * y + 5),
        ),
      ).toBeCloseTo(r, 6);
    }),
  );
});

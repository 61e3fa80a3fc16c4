import { hostRandom, normalFrom } from '@dualbeat/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { median } from './median.ts';
import { pairedRatio } from './paired-ratio.ts';

const seeded = () => hostRandom(0, 'test');

test('median', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBeNaN();
});

test('a constant ratio has an interval of no width, whatever slows both', () => {
  const ours = [1, 5, 2, 9, 1.5];
  const { ratio, low, high } = pairedRatio(
    ours,
    ours.map((seconds) => 1.25 * seconds),
    seeded(),
  );
  expect([ratio, low, high].map((x) => x.toFixed(12))).toEqual(Array(3).fill('1.250000000000'));
});

test('three rounds: the ends are the smallest and the largest ratio', () => {
  // A resampled median is the smallest with probability 7/27, so the 2.5 % quantile is the smallest.
  expect(pairedRatio([1, 1, 1], [2, 4, 3], seeded())).toEqual({
    ratio: expect.closeTo(3, 12) as number,
    low: expect.closeTo(2, 12) as number,
    high: expect.closeTo(4, 12) as number,
  });
});

/**
 * Known answer: the bootstrap median of n values (n odd) is at most the j-th smallest with probability
 * P(Bin(n, j/n) > n/2). n = 11: .007 at j = 2, .051 at 3, .949 at 8, .993 at 9; n = 15: .004 at 3, .025 at 4, .975 at
 * 11, .996 at 12.
 */
test.each([
  [11, 6, 3, 9],
  [15, 8, 4, 12],
])('%d rounds: the ends are order statistics', (n, middle, lowest, highest) => {
  const logs = Array.from({ length: n }, (_, i) => 1 + ((i * 7) % n)); // 1 to n, mixed
  const { ratio, low, high } = pairedRatio(
    logs.map(() => 1),
    logs.map(Math.exp),
    seeded(),
  );
  expect([ratio, low, high].map((x) => Math.log(x).toFixed(9))).toEqual(
    [middle, lowest, highest].map((x) => x.toFixed(9)),
  );
});

test('the interval holds the true ratio in about 95 of 100 experiments', () => {
  const random = hostRandom(1, 'coverage');
  let held = 0;
  for (let i = 0; i < 200; i++) {
    const shared = Array.from({ length: 15 }, () => 2 + random()); // the machine's mood
    const noisy = (scale: number) =>
      shared.map((s) => scale * s * Math.exp(0.05 * normalFrom(random)));
    const { low, high } = pairedRatio(noisy(1), noisy(1.2), random, 500);
    if (low <= 1.2 && 1.2 <= high) held++;
  }
  expect(held / 200).toBeGreaterThan(0.9);
  expect(held / 200).toBeLessThan(0.995);
});

test('property: the ratio lies in its interval, and swapping the sides inverts all', () => {
  const seconds = fc.double({ min: 0.01, max: 100, noNaN: true });
  const rounds = fc.array(fc.tuple(seconds, seconds), { minLength: 3, maxLength: 9 });
  fc.assert(
    fc.property(rounds, (pairs) => {
      const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
      const there = pairedRatio(a, b, seeded());
      const back = pairedRatio(b, a, seeded());
      expect(there.low).toBeLessThanOrEqual(there.ratio * (1 + 1e-12));
      expect(there.high).toBeGreaterThanOrEqual(there.ratio * (1 - 1e-12));
      expect(back.ratio * there.ratio).toBeCloseTo(1, 9);
      expect(back.low * there.high).toBeCloseTo(1, 9);
    }),
    { numRuns: 15 },
  );
});

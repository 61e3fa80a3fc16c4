import fc from 'fast-check';
import { expect, test } from 'vitest';
import { epochOrder } from './epoch-order.ts';

const rows = Int32Array.of(10, 11, 12, 13, 14, 15, 16, 17, 18, 19);

// Frozen: another order would change what a resumed or repeated run trains on.
test.each([
  [0, 0, [16, 11, 17, 19, 12, 15, 18, 13, 10, 14]],
  [0, 1, [18, 13, 10, 19, 16, 17, 12, 15, 14, 11]],
  [1, 0, [17, 13, 11, 15, 14, 18, 16, 19, 12, 10]],
  [2 ** 40, 3, [17, 16, 10, 14, 13, 18, 11, 12, 15, 19]],
])('golden order of seed %d, epoch %d', (seed, epoch, want) => {
  expect([...epochOrder(rows, { seed, epoch, shuffle: true })]).toEqual(want);
});

test('without shuffling the rows stay as given, in an array of their own', () => {
  const order = epochOrder(rows, { seed: 0, epoch: 5, shuffle: false });
  expect(order).toEqual(rows);
  expect(order.buffer).not.toBe(rows.buffer);
});

test('an order is a permutation, equal for equal arguments', () => {
  const counts = { seed: fc.maxSafeNat(), epoch: fc.nat(1e6), n: fc.nat(300) };
  fc.assert(
    fc.property(fc.record(counts), ({ seed, epoch, n }) => {
      const all = Int32Array.from({ length: n }, (_, i) => 2 * i);
      const order = epochOrder(all, { seed, epoch, shuffle: true });
      expect(order.slice().sort()).toEqual(all);
      expect(epochOrder(all, { seed, epoch, shuffle: true })).toEqual(order);
    }),
  );
});

test('every row comes to every place about equally often', () => {
  const seen = new Int32Array(10);
  for (let epoch = 0; epoch < 5000; epoch++) {
    const first = epochOrder(rows, { seed: 3, epoch, shuffle: true })[0] as number;
    seen[first - 10] = (seen[first - 10] as number) + 1;
  }
  // 500 each; chi-square with 9 degrees of freedom is below 27.9 with probability 0.999.
  expect(seen.reduce((sum, n) => sum + (n - 500) ** 2 / 500, 0)).toBeLessThan(27.9);
});

test('a wrong epoch is refused', () => {
  expect(() =>
    epochOrder(rows, { seed: 0, epoch: 1.5, shuffle: true }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_DATA_POSITION: the epoch is 1.5. Fix: give a whole number, 0 or more.]`,
  );
});

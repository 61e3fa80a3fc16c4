import fc from 'fast-check';
import { expect, test } from 'vitest';
import { epochOrder, samplerVersion } from '../epoch-order.ts';

const rows = Int32Array.from({ length: 12 }, (_, i) => 10 + i);
const subjects = Int32Array.of(0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8);
const classes = Int32Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, -1);
const at = { seed: 0, epoch: 0, shuffle: true };

// Frozen: a change needs another samplerVersion, and is told in the release notes.
test('golden orders of version 1', () => {
  const distinct = { subjects, batchSize: 4 };
  expect(samplerVersion).toBe(1);
  expect([...epochOrder(rows, { ...at, distinct })].join()).toMatchInlineSnapshot(
    `"19,11,13,17,20,12,21,14,18,10,16,15"`,
  );
  expect([...epochOrder(rows, { ...at, epoch: 1, distinct })].join()).toMatchInlineSnapshot(
    `"13,10,20,17,14,12,21,15,16,11,18,19"`,
  );
  expect([...epochOrder(rows, { ...at, balance: { classes } })].join()).toMatchInlineSnapshot(
    `"18,20,20,20,11,16,10,18,14,19,20"`,
  );
  const both = { ...at, seed: 2 ** 40, distinct: { subjects, batchSize: 3 }, balance: { classes } };
  expect([...epochOrder(rows, both)].join()).toMatchInlineSnapshot(`"20,16,12,20,17,18,20,18,10"`);
});

test('no batch has a subject twice; batches are full, as many as can be, of rows that are there', () => {
  const many = fc.array(fc.nat(30), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(
      many,
      fc.integer({ min: 1, max: 12 }),
      fc.maxSafeNat(),
      fc.nat(9),
      (list, batchSize, seed, epoch) => {
        const of = Int32Array.from(list);
        const all = of.map((_, i) => i);
        const make = () =>
          epochOrder(all, { seed, epoch, shuffle: true, distinct: { subjects: of, batchSize } });
        const counts = new Map<number, number>();
        for (const one of of) counts.set(one, (counts.get(one) ?? 0) + 1);
        const room = (b: number) =>
          [...counts.values()].reduce((sum, n) => sum + Math.min(n, b), 0);
        let most = Math.floor(of.length / batchSize);
        while (most > 0 && room(most) < most * batchSize) most--;
        if (most === 0) {
          expect(make).toThrow('E_ORDER_SUBJECTS');
          return;
        }
        const order = make();
        expect(order.length).toBe(most * batchSize);
        expect(new Set(order).size).toBe(order.length);
        for (let i = 0; i < order.length; i += batchSize) {
          const batch = [...order.subarray(i, i + batchSize)].map((row) => of[row]);
          expect(new Set(batch).size).toBe(batchSize);
        }
        expect(make()).toEqual(order);
      },
    ),
  );
});

test('rows left over change from epoch to epoch: all come in the end, about equally often', () => {
  const seen = new Map<number, number>();
  for (let epoch = 0; epoch < 600; epoch++) {
    const order = epochOrder(rows, { ...at, epoch, distinct: { subjects, batchSize: 5 } });
    expect(order.length).toBe(10);
    for (const row of order) seen.set(row, (seen.get(row) ?? 0) + 1);
  }
  // Subject 0 gives two of its three rows at most, subject 1 both; single rows come 7 of 7 times or one is left out.
  expect([10, 11, 12].every((row) => Math.abs((seen.get(row) ?? 0) - 400) < 60)).toBe(true);
  expect(seen.size).toBe(12);
});

test('subjects meet in batches at random', () => {
  const one = Int32Array.from({ length: 40 }, (_, i) => i);
  let together = 0;
  for (let epoch = 0; epoch < 2000; epoch++) {
    const order = [...epochOrder(one, { ...at, epoch, distinct: { subjects: one, batchSize: 4 } })];
    together += Number(order.indexOf(0) >> 2 === order.indexOf(1) >> 2);
  }
  expect(Math.abs(together / 2000 - 3 / 39)).toBeLessThan(0.025); // 4 standard errors
});

test('every class comes equally often; rows of a class come equally often to within one', () => {
  const some = fc.array(fc.integer({ min: -1, max: 4 }), { minLength: 1, maxLength: 150 });
  fc.assert(
    fc.property(some, fc.maxSafeNat(), (list, seed) => {
      const of = Int32Array.from(list);
      const all = of.map((_, i) => i);
      const order = epochOrder(all, { seed, epoch: 0, shuffle: true, balance: { classes: of } });
      const drawn = list.filter((one) => one >= 0);
      expect(order.length).toBe(drawn.length);
      const kinds = [...new Set(drawn)];
      for (const kind of kinds) {
        const n = [...order].filter((row) => of[row] === kind).length;
        expect(Math.abs(n - drawn.length / kinds.length)).toBeLessThan(1);
        const times = list.flatMap((one, row) =>
          one === kind ? [[...order].filter((r) => r === row).length] : [],
        );
        expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 50 },
  );
});

test('wrong options are refused', () => {
  const order = (change: object) => () => epochOrder(rows, { ...at, ...change });
  expect(
    order({ distinct: { subjects: new Int32Array(3), batchSize: 2 } }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_ORDER_OPTIONS: an order of rows cannot be made so: 3 subjects for 12 rows. Fix: give one number per row.]`,
  );
  expect(order({ shuffle: false, balance: { classes } })).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_ORDER_OPTIONS: an order of rows cannot be made so: rows that are not shuffled keep their order. Fix: give one number per row.]`,
  );
  expect(order({ distinct: { subjects, batchSize: 10 } })).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_ORDER_SUBJECTS: no batch of 10 rows can be made without two rows of one subject: the rows are of 9 subjects. Fix: set the batch size to 9 or less, or use a loss with positives: 'subject'.]`,
  );
});

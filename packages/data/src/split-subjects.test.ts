import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitSubjects } from './split-subjects.ts';

const paper = { train: 0.7, val: 0.1, test: 0.2 };

// Frozen: another split would make old results incomparable.
test('golden split of ten subjects with two rows each', () => {
  const subjects = Int32Array.from({ length: 20 }, (_, row) => row >> 1);
  const { train, val, test: held } = splitSubjects(subjects, paper, 0);
  expect([train.length, [...val], [...held]]).toEqual([14, [0, 1], [6, 7, 16, 17]]);
});

test('rows of a subject stay together; every row is in one part; sizes are the rounded fractions', () => {
  const many = fc.array(fc.nat(400), { maxLength: 500 });
  fc.assert(
    fc.property(many, fc.maxSafeNat(), (list, seed) => {
      const subjects = Int32Array.from(list);
      const split = splitSubjects(subjects, paper, seed);
      const parts = Object.values(split);
      const rows = parts.flatMap((part) => [...part]);
      expect(rows.sort((a, b) => a - b)).toEqual(list.map((_, row) => row));
      const sets = parts.map((part) => new Set([...part].map((row) => list[row])));
      const all = new Set(list).size;
      expect(sets.reduce((sum, set) => sum + set.size, 0)).toBe(all);
      expect(sets.map((set) => set.size)).toEqual([
        Math.round(0.7 * all),
        Math.round(0.8 * all) - Math.round(0.7 * all),
        all - Math.round(0.8 * all),
      ]);
    }),
  );
});

test('a subject more moves at most one subject per cut', () => {
  const partOf = (n: number) => {
    const subjects = Int32Array.from({ length: n }, (_, i) => i);
    const split = Object.entries(splitSubjects(subjects, paper, 5));
    return new Map(split.flatMap(([part, rows]) => [...rows].map((row) => [row, part] as const)));
  };
  const before = partOf(300);
  const after = partOf(301);
  const moved = [...before].filter(([row, part]) => after.get(row) !== part);
  expect(moved.length).toBeLessThanOrEqual(2);
});

test('seeds give different splits', () => {
  const subjects = Int32Array.from({ length: 100 }, (_, i) => i);
  const test0 = splitSubjects(subjects, paper, 0).test;
  expect(test0).not.toEqual(splitSubjects(subjects, paper, 1).test);
});

test('wrong fractions are refused', () => {
  const of = (fractions: Record<string, number>) => () =>
    splitSubjects(Int32Array.of(1), fractions, 0);
  expect(of({ train: 0.7, val: 0.1 })).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_SPLIT_FRACTIONS: the fractions of the split are refused: they add up to 0.8. Fix: give fractions between 0 and 1 that add up to 1.]`,
  );
  expect(of({ train: 1.2, val: -0.2 })).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_SPLIT_FRACTIONS: the fractions of the split are refused: "train" is 1.2. Fix: give fractions between 0 and 1 that add up to 1.]`,
  );
  expect(of({ train: NaN })).toThrow('"train" is NaN');
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeSplit } from './make-split.ts';
import type { SplitParts, SplitSubject } from './make-split.ts';

const paper: SplitParts = { fractions: { train: 0.7, val: 0.1, test: 0.2 } };
const names = (n: number): SplitSubject[] =>
  Array.from({ length: n }, (_, i) => ({ subject: `s${i}` }));
const count = (parts: Iterable<string>) => {
  const sums: { [part: string]: number } = {};
  for (const part of parts) sums[part] = (sums[part] ?? 0) + 1;
  return sums;
};
const anySubjects = fc
  .uniqueArray(
    fc.record({
      subject: fc.nat(500).map(String),
      group: fc.option(fc.nat(40).map(String), { nil: undefined, freq: 2 }),
      stratum: fc.constantFrom('a', 'b', 'c'),
    }),
    { selector: ({ subject }) => subject, maxLength: 200 },
  )
  .map((list) =>
    list.map(({ group, ...rest }): SplitSubject =>
      group === undefined ? rest : { ...rest, group },
    ),
  );

// Frozen: another split would make old results incomparable.
test('golden split of ten subjects', () => {
  expect(Object.fromEntries(makeSplit(names(10), paper, 0))).toMatchInlineSnapshot(`
    {
      "s0": "test",
      "s1": "val",
      "s2": "train",
      "s3": "train",
      "s4": "train",
      "s5": "train",
      "s6": "test",
      "s7": "train",
      "s8": "train",
      "s9": "train",
    }
  `);
  const folds = makeSplit(names(10), { folds: 5 }, 0);
  expect(
    names(10)
      .map(({ subject }) => folds.get(subject))
      .join(''),
  ).toMatchInlineSnapshot(`"2002343114"`);
});

test('every subject is in one part, no group in two; seed and names decide, not the order', () => {
  const parts = fc.constantFrom<SplitParts>(paper, { folds: 3 });
  fc.assert(
    fc.property(anySubjects, parts, fc.maxSafeNat(), (subjects, of, seed) => {
      const split = makeSplit(subjects, of, seed);
      expect([...split.keys()].sort()).toEqual(subjects.map((s) => s.subject).sort());
      const byGroup = new Map<string, string>();
      for (const { subject, group } of subjects) {
        const part = split.get(subject) as string;
        if (group !== undefined) expect(byGroup.get(group) ?? part).toBe(part);
        if (group !== undefined) byGroup.set(group, part);
      }
      const again = makeSplit([...subjects].reverse(), of, seed);
      for (const [subject, part] of split) expect(again.get(subject)).toBe(part);
    }),
  );
});

test('each part has its share of each stratum and of all', () => {
  fc.assert(
    fc.property(anySubjects, fc.maxSafeNat(), (some, seed) => {
      const subjects = some.map(({ subject, stratum = '' }) => ({ subject, stratum }));
      const split = makeSplit(subjects, paper, seed);
      for (const stratum of ['a', 'b', 'c']) {
        const own = subjects.filter((s) => s.stratum === stratum);
        const sums = count(own.map((s) => split.get(s.subject) as string));
        for (const [part, share] of [
          ['train', 0.7],
          ['val', 0.1],
          ['test', 0.2],
        ] as const) {
          expect(Math.abs((sums[part] ?? 0) - share * own.length)).toBeLessThanOrEqual(1);
        }
      }
    }),
  );
  expect(count(makeSplit(names(1000), paper, 3).values())).toEqual({
    train: 700,
    val: 100,
    test: 200,
  });
  expect(count(makeSplit(names(1003), { folds: 5 }, 3).values())).toEqual({
    0: 201,
    1: 201,
    2: 201,
    3: 200,
    4: 200,
  });
});

test('later subjects are placed without moving those before them, beside their group', () => {
  const first = makeSplit(names(100), paper, 1);
  const later = [...names(150), { subject: 'twin', group: 'g' }, { subject: 's7', group: 'g' }];
  const second = makeSplit(later, paper, 1, first);
  for (const [subject, part] of first) expect(second.get(subject)).toBe(part);
  expect(second.size).toBe(151);
  expect(second.get('twin')).toBe(first.get('s7'));
  expect(count(second.values()).train).toBeGreaterThan(100);
});

test('wrong parts are refused', () => {
  expect(() => makeSplit([], { folds: 1 }, 0)).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_SPLIT_PARTS: the parts of the split are refused: 1 folds are asked for, 2 to 1000 are possible. Fix: name parts with their shares, or a number of folds.]`,
  );
  expect(() => makeSplit([], { fractions: { a: 0.5 } }, 0)).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_SPLIT_FRACTIONS: the fractions of the split are refused: they add up to 0.5. Fix: give fractions between 0 and 1 that add up to 1.]`,
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pairRecords, parsePairing } from './pair-records.ts';
import type { PairableRecord, Pairing } from './pair-records.ts';

const groups = ['ecg', 'cmr'];
const recordOf = (subject: string, visit: string, day: number | null, ...has: string[]) => ({
  subject,
  visit,
  day,
  groups: has,
});
const anyRecords = fc.array(
  fc.record({
    subject: fc.constantFrom('a', 'b', 'c'),
    visit: fc.constantFrom('1', '2', '3'),
    day: fc.option(fc.nat(400)),
    groups: fc.subarray(groups, { minLength: 1 }),
  }),
  { maxLength: 16 },
);
const pairings: Pairing[] = ['same-visit', 'all', { nearest: 30 }];

test('the paper: an ECG meets the images of its visit; others go alone', () => {
  const records = [
    recordOf('a', '2', 0, 'ecg', 'cmr'),
    recordOf('a', '3', 900, 'ecg'),
    recordOf('b', '2', 10, 'ecg'),
    recordOf('b', '2', 10, 'cmr'),
    recordOf('c', '2', 5, 'cmr'),
  ];
  expect(pairRecords(records, groups, 'same-visit')).toEqual([
    [0, 0],
    [1, -1],
    [2, 3],
    [-1, 4],
  ]);
  expect(pairRecords(records, groups, { nearest: 1000 })).toEqual([
    [0, 0],
    [1, 0],
    [2, 3],
    [-1, 4],
  ]);
  expect(pairRecords(records, groups, 'all')).toEqual([
    [0, 0],
    [1, 0],
    [2, 3],
    [-1, 4],
  ]);
});

test('the nearest is the earlier of two, and a day too many is too many', () => {
  const records = [
    recordOf('a', '1', 100, 'ecg'),
    recordOf('a', '2', 110, 'cmr'),
    recordOf('a', '3', 90, 'cmr'),
  ];
  expect(pairRecords(records, groups, { nearest: 10 })).toEqual([
    [0, 2],
    [-1, 1],
  ]);
  expect(pairRecords(records, groups, { nearest: 9 })).toEqual([
    [0, -1],
    [-1, 1],
    [-1, 2],
  ]);
});

test('a row is of one subject; each place has its group; anchors are all there, once', () => {
  fc.assert(
    fc.property(anyRecords, fc.constantFrom(...pairings), (records, pairing) => {
      const rows = pairRecords(records, groups, pairing);
      const keys = rows.map((row) => row.join('/'));
      expect(new Set(keys).size).toBe(keys.length);
      for (const row of rows) {
        const there = row.filter((i) => i >= 0);
        expect(there.length).toBeGreaterThan(0);
        expect(new Set(there.map((i) => records[i]?.subject)).size).toBe(1);
        row.forEach((i, g) => {
          if (i >= 0) expect(records[i]?.groups).toContain(groups[g]);
        });
      }
      const anchors = records.flatMap((r, i) => (r.groups.includes('ecg') ? [i] : []));
      const inRows = rows.map((row) => row[0] as number).filter((i) => i >= 0);
      expect([...new Set(inRows)].sort((a, b) => a - b)).toEqual(anchors);
      if (pairing !== 'all') expect(inRows.length).toBe(anchors.length);
    }),
  );
});

test('every record with images is in a row, unless its visit or a nearer one has that place', () => {
  fc.assert(
    fc.property(anyRecords, fc.constantFrom(...pairings), (records, pairing) => {
      const rows = pairRecords(records, groups, pairing);
      records.forEach((record, i) => {
        if (!record.groups.includes('cmr') || rows.some((row) => row[1] === i)) return;
        expect(pairing).toBe('same-visit');
        const same = (j: number) =>
          records[j]?.subject === record.subject && records[j]?.visit === record.visit;
        expect(rows.some((row) => (row[1] as number) >= 0 && same(row[1] as number))).toBe(true);
      });
    }),
  );
});

test('no pair breaks the policy, and none that it allows is nearer', () => {
  fc.assert(
    fc.property(anyRecords, fc.constantFrom(...pairings), (records, pairing) => {
      for (const [a, b] of pairRecords(records, groups, pairing)) {
        const [one, two] = [records[a as number], records[b as number]];
        if (one === undefined || pairing === 'all') continue;
        const others = records.filter((r) => r.subject === one.subject && r.groups.includes('cmr'));
        if (pairing === 'same-visit') {
          const there = others.some((r) => r.visit === one.visit);
          expect(two?.visit).toBe(there ? one.visit : undefined);
          continue;
        }
        const apart = (r: PairableRecord | undefined) => {
          if (r === one) return 0;
          if (r === undefined || r.day === null || one.day === null) return Infinity;
          return Math.abs(r.day - one.day);
        };
        const least = Math.min(Infinity, ...others.map(apart));
        expect(apart(two)).toBe(least <= pairing.nearest ? least : Infinity);
      }
    }),
  );
});

test('policies are read from text', () => {
  expect(['same-visit', 'all', 'nearest: 90', 'nearest 7'].map(parsePairing)).toEqual([
    'same-visit',
    'all',
    { nearest: 90 },
    { nearest: 7 },
  ]);
  expect(() => parsePairing('nearby')).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_STORE_PAIRING: there is no pairing "nearby". Fix: use "same-visit", "nearest: <days>" (such as "nearest: 90") or "all".]`,
  );
});

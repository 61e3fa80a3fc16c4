import { hostRandom } from '@dualbeat/core';
import type { Named, Search, SearchAxis, SearchTrial } from '@dualbeat/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listDensity, rangeDensity } from './parzen.ts';
import { randomSearch } from './random-search.ts';
import { tpe } from './tpe.ts';
import { fromUnit, toUnit } from './unit.ts';

const axes: readonly SearchAxis[] = [
  { path: 'lr', min: 1e-5, max: 1e-1, scale: 'log', integer: false },
  { path: 'width', min: 8, max: 64, scale: 'linear', integer: true },
  { path: 'loss', values: ['info-nce', 'siglip', { use: 'vicreg' }] },
];
const searches = {
  tpe: tpe.create({ startup: 10, good: 0.25, candidates: 24 }, null) as Search,
  'random-search': randomSearch.create({}, null) as Search,
};

/** Least at lr = 1e-3, width = 32, siglip. */
function cost(point: Named<unknown>): number {
  const lr = Math.log10(point['lr'] as number) + 3;
  const width = ((point['width'] as number) - 32) / 16;
  return lr ** 2 + width ** 2 + (point['loss'] === 'siglip' ? 0 : 1);
}

function minimise(search: Search, seed: number, trials: number): number {
  const done: SearchTrial[] = [];
  for (let i = 0; i < trials; i++) {
    const [point] = search.next({ axes, done, mode: 'min', count: 1 }, hostRandom(seed, 'test', i));
    if (point === undefined) throw new Error('no point');
    done.push({ point, value: cost(point) });
  }
  return Math.min(...done.map(({ value }) => value as number));
}

describe.each(Object.entries(searches))('%s', (_, search) => {
  test('points are within their axes, never twice, and the same for the same history and seed', () => {
    const done: SearchTrial[] = [];
    const keys = new Set<string>();
    for (let i = 0; i < 40; i++) {
      const from = { axes, done, mode: 'min', count: 1 } as const;
      const [point] = search.next(from, hostRandom(1, 'test', i));
      expect(search.next(from, hostRandom(1, 'test', i))).toEqual([point]);
      const { lr, width, loss } = point as { lr: number; width: number; loss: unknown };
      expect(lr >= 1e-5 && lr <= 1e-1 && width >= 8 && width <= 64 && Number.isInteger(width)).toBe(
        true,
      );
      expect((axes[2] as { readonly values: readonly unknown[] }).values).toContainEqual(loss);
      keys.add(JSON.stringify(point));
      done.push({
        point: point as Named<unknown>,
        value: i % 3 === 0 ? null : cost(point as Named<unknown>),
      });
    }
    expect(keys.size).toBe(40);
  });

  test('a space that is used up gives no more points', () => {
    const small: readonly SearchAxis[] = [{ path: 'a', values: [1, 2] }];
    const done = [1, 2].map((a) => ({ point: { a }, value: a }));
    expect(
      search.next({ axes: small, done, mode: 'max', count: 3 }, hostRandom(0, 'test')),
    ).toEqual([]);
    const first = search.next(
      { axes: small, done: [], mode: 'max', count: 3 },
      hostRandom(0, 'test'),
    );
    expect(first).toHaveLength(2);
  });
});

test('tpe finds better points than drawing, in the middle over seeds', () => {
  const median = (values: number[]): number =>
    values.sort((a, b) => a - b)[values.length >> 1] as number;
  const seeds = Array.from({ length: 15 }, (_, seed) => seed);
  const [ours, drawn] = [searches.tpe, searches['random-search']].map((search) =>
    median(seeds.map((seed) => minimise(search, seed, 60))),
  ) as [number, number];
  expect(ours).toBeLessThan(0.5 * drawn);
});

test('densities are densities', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }),
      (observed) => {
        const density = rangeDensity(observed);
        const n = 4000;
        let sum = 0;
        for (let i = 0; i < n; i++) sum += density.at((i + 0.5) / n) / n;
        expect(sum).toBeCloseTo(1, 3);
      },
    ),
    { numRuns: 50 },
  );
  const list = listDensity([0, 0, 2], 3);
  expect([0, 1, 2].map((item) => list.at(item))).toEqual([3 / 6, 1 / 6, 2 / 6]);
});

test('to the unit interval and back', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-5, max: 1e-1, noNaN: true }), (value) => {
      const axis = axes[0] as Extract<SearchAxis, { readonly min: number }>;
      expect(fromUnit(axis, toUnit(axis, value)) / value).toBeCloseTo(1, 9);
    }),
  );
});

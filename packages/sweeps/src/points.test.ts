import { hostRandom } from '@dualbeat/core';
import type { Named, Sweep, SweepAxis } from '@dualbeat/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { grid, pointsOf, valueAt } from './points.ts';

const range = { min: 1e-5, max: 1e-1, scale: 'log', integer: false } as const;
const sweepOf = (axes: Named<SweepAxis>, strategy: Partial<Sweep['strategy']> = {}): Sweep => ({
  seeds: [0],
  axes,
  strategy: { use: 'grid', options: {}, seed: 0, ...strategy },
});

describe('a grid', () => {
  test('takes every combination, the last axis fastest', () => {
    const sweep = sweepOf({ a: { values: [1, 2] }, b: { values: ['x', 'y'] } });
    expect(grid(sweep, undefined)).toEqual([
      { a: 1, b: 'x' },
      { a: 1, b: 'y' },
      { a: 2, b: 'x' },
      { a: 2, b: 'y' },
    ]);
  });

  test('an axis that does not apply is left out and does not multiply', () => {
    const sweep = sweepOf({
      temperature: { values: [0.07, 0.2], when: { variant: ['dual'] } },
      loss: { values: ['info-nce', 'siglip'] },
      bias: { values: [-10, -5], when: { axes: { loss: ['siglip'] } } },
    });
    expect(grid(sweep, 'mae-only')).toEqual([
      { loss: 'info-nce' },
      { loss: 'siglip', bias: -10 },
      { loss: 'siglip', bias: -5 },
    ]);
    expect(grid(sweep, 'dual')).toHaveLength(6);
  });

  test('a condition may name an axis that stands below it', () => {
    const sweep = sweepOf({
      bias: { values: [1, 2], when: { axes: { loss: ['b'] } } },
      loss: { values: ['a', 'b'] },
    });
    expect(grid(sweep, undefined)).toEqual([
      { loss: 'a' },
      { loss: 'b', bias: 1 },
      { loss: 'b', bias: 2 },
    ]);
  });

  test('ranges are spaced by their scale; whole numbers come once', () => {
    const log = grid(sweepOf({ lr: { ...range, steps: 5 } }), undefined).map(({ lr }) => lr);
    expect(log).toEqual([1e-5, 1e-4, 1e-3, 1e-2, 1e-1]);
    const whole = sweepOf({ n: { min: 1, max: 3, scale: 'linear', integer: true, steps: 9 } });
    expect(grid(whole, undefined)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });
});

describe('drawn points', () => {
  test('Latin hypercube: one value in each stratum of every axis', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), (count, seed) => {
        const axes = {
          x: { min: 0, max: 1, scale: 'linear', integer: false } as const,
          y: { min: 10, max: 20, scale: 'linear', integer: false } as const,
        };
        const sweep = sweepOf(axes, { use: 'latin-hypercube', count });
        const points = pointsOf(sweep, undefined, hostRandom(seed, 'test'));
        const strata = (of: (point: Named<unknown>) => number): number[] =>
          points
            .map((point) => Math.min(Math.floor(of(point) * count + 1e-9), count - 1))
            .sort((a, b) => a - b);
        const all = Array.from({ length: count }, (_, i) => i);
        expect(strata(({ x }) => x as number)).toEqual(all);
        expect(strata(({ y }) => ((y as number) - 10) / 10)).toEqual(all);
      }),
      { numRuns: 50 },
    );
  });

  test('random: within bounds, the same for the same seed, another for another', () => {
    const sweep = sweepOf(
      { lr: range, kind: { values: ['a', 'b'] } },
      { use: 'random', count: 30 },
    );
    const points = pointsOf(sweep, undefined, hostRandom(1, 'sweep'));
    expect(pointsOf(sweep, undefined, hostRandom(1, 'sweep'))).toEqual(points);
    expect(pointsOf(sweep, undefined, hostRandom(2, 'sweep'))).not.toEqual(points);
    for (const { lr, kind } of points) {
      expect(lr).toBeGreaterThanOrEqual(range.min);
      expect(lr).toBeLessThanOrEqual(range.max);
      expect(['a', 'b']).toContain(kind);
    }
    const decades = points.filter(({ lr }) => (lr as number) < 1e-3).length;
    expect(decades).toBeGreaterThan(8); // uniform in the logarithm: half of them
    expect(decades).toBeLessThan(22);
  });

  test('a point that comes twice is one', () => {
    const sweep = sweepOf({ kind: { values: ['a', 'b'] } }, { use: 'random', count: 50 });
    expect(pointsOf(sweep, undefined, hostRandom(1, 'sweep'))).toHaveLength(2);
  });

  test('a list is taken as it stands', () => {
    const points = [{ a: 1 }, { a: 2, b: 3 }, { a: 1 }];
    const sweep = sweepOf({}, { use: 'list', points });
    expect(pointsOf(sweep, undefined, () => 0)).toEqual([{ a: 1 }, { a: 2, b: 3 }]);
  });

  test('every share of an axis is a value of it', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (u) => {
        const value = valueAt(range, u) as number;
        expect(value >= range.min && value <= range.max).toBe(true);
        const whole = valueAt({ min: 2, max: 9, scale: 'log', integer: true }, u) as number;
        expect(Number.isInteger(whole) && whole >= 2 && whole <= 9).toBe(true);
        expect([1, 2, 3]).toContain(valueAt({ values: [1, 2, 3] }, u));
      }),
    );
  });
});

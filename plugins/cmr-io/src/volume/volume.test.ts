import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Volume } from '../cine-volume.ts';
import { boxOf, centreOfBox, centreOfIntensity } from './centre.ts';
import { middleOf, resample } from './resample.ts';
import { percentile, scaleByMoments, scaleByPercentile } from './scale-intensity.ts';

const spacing = { slice: 10, row: 2, column: 1.5 };
const make = (
  [slices, rows, columns]: readonly [number, number, number],
  value: (s: number, r: number, c: number) => number,
): Volume => ({
  ...{ slices, rows, columns, spacing },
  values: Float32Array.from({ length: slices * rows * columns }, (_, i) =>
    value(Math.floor(i / (rows * columns)), Math.floor(i / columns) % rows, i % columns),
  ),
});
const plane = (s: number, r: number, c: number) => 100 * s + 10 * r + c;

describe('resampling', () => {
  it('on its own grid gives the volume, both ways', () => {
    const volume = make([3, 4, 5], plane);
    for (const by of ['linear', 'nearest'] as const)
      expect([...resample(volume, { size: [3, 4, 5], spacing, by }).values]).toEqual([
        ...volume.values,
      ]);
  });

  it('a linear field stays one: values are those of the places', () => {
    const size = fc.integer({ min: 2, max: 9 });
    const step = fc.double({ min: 0.4, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(size, size, size), step, (extents, by) => {
        const volume = make(extents, plane);
        const to = {
          slice: spacing.slice * by,
          row: spacing.row * by,
          column: spacing.column * by,
        };
        const { values } = resample(volume, { size: [2, 2, 2], spacing: to, by: 'linear' });
        const [s, r, c] = middleOf(volume);
        const first = plane(s - by / 2, r - by / 2, c - by / 2);
        expect(values[0]).toBeCloseTo(first, 2);
        expect(values[7]).toBeCloseTo(plane(s + by / 2, r + by / 2, c + by / 2), 2);
      }),
      { numRuns: 60 },
    );
  });

  it('pads with zeros, crops around a centre, honours slices that are missing or uneven', () => {
    const volume = make([1, 3, 3], (_s, r, c) => 1 + 3 * r + c);
    const at = (size: [number, number, number], centre?: [number, number, number]) => [
      ...resample(volume, { size, spacing, by: 'nearest', ...(centre ? { centre } : {}) }).values,
    ];
    expect(at([1, 5, 3])).toEqual([0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0]);
    expect(at([1, 1, 1], [0, 2, 1])).toEqual([8]);
    expect(at([3, 1, 1])).toEqual([0, 5, 0]);
    const three = make([3, 1, 1], (s) => [10, 0, 30][s]!);
    const lacking = { ...three, present: Uint8Array.of(1, 0, 1) };
    const grid = { size: [3, 1, 1] as const, spacing, by: 'linear' as const };
    expect([...resample(lacking, grid).values]).toEqual([10, 20, 30]);
    const uneven = { ...three, values: Float32Array.of(10, 20, 40), positions: [0, 10, 30] };
    expect([
      ...resample(uneven, { ...grid, size: [4, 1, 1], centre: [1.25, 0, 0] }).values,
    ]).toEqual([10, 20, 30, 40]);
  });

  it('labels stay labels', () => {
    const volume = make([4, 9, 9], (_s, r, c) => (r > 2 && c > 3 ? 3 : 0));
    const { values } = resample(volume, {
      size: [6, 13, 17],
      spacing: { slice: 7.3, row: 1.1, column: 0.9 },
      by: 'nearest',
    });
    expect([...new Set(values)].sort((a, b) => a - b)).toEqual([0, 3]);
  });
});

describe('where to crop', () => {
  it('by the box of labels, by brightness', () => {
    const volume = make([3, 8, 9], (s, r, c) =>
      s === 1 && r >= 2 && r <= 5 && c >= 4 && c <= 6 ? 2 : 0,
    );
    const box = boxOf(volume)!;
    expect(box).toEqual({ from: [1, 2, 4], to: [1, 5, 6] });
    expect(centreOfBox(box)).toEqual([1, 3.5, 5]);
    centreOfIntensity(volume).forEach((at, axis) => expect(at).toBeCloseTo([1, 3.5, 5][axis]!, 9));
    const flat = make([3, 8, 9], () => 7);
    expect(centreOfIntensity(flat)).toEqual([1, 3.5, 4]);
    expect(boxOf(make([2, 2, 2], () => 0))).toBeNull();
  });
});

describe('intensities', () => {
  it('percentiles as numpy has them, cut and scaled; moments', () => {
    const x = Float32Array.of(9, 1, 5, 3);
    expect([0, 25, 50, 99, 100].map((p) => percentile(x.toSorted(), p))).toEqual([
      1,
      2.5,
      4,
      expect.closeTo(8.88, 6),
      9,
    ]);
    expect([...scaleByPercentile(x, [0, 100], [-1, 1])]).toEqual([1, -1, 0, -0.5]);
    expect([...scaleByPercentile(x, [50, 100], [0, 1])]).toEqual([1, 0, expect.closeTo(0.2, 6), 0]);
    const [a, b, c, d] = scaleByMoments(x);
    expect(a! + b! + c! + d!).toBeCloseTo(0, 6);
    expect((a! ** 2 + b! ** 2 + c! ** 2 + d! ** 2) / 4).toBeCloseTo(1, 6);
  });
});

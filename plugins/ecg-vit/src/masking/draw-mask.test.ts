import type { Runtime } from '@dualbeat/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { array, contextOf, open, run, runtimeNames } from '../../test/support.ts';
import { drawMask, keptCount, maskFromNoise, planMask } from './draw-mask.ts';
import type { Masking } from './draw-mask.ts';

test.each([
  [600, { 0.5: 300, 0.6: 240, 0.7: 180, 0.75: 150, 0.8: 119, 0.9: 59 }],
  [300, { 0.5: 150, 0.6: 120, 0.7: 90, 0.75: 75, 0.8: 59, 0.9: 29 }],
  [100, { 0.5: 50, 0.6: 40, 0.7: 30, 0.75: 25, 0.8: 19, 0.9: 9 }],
  [50, { 0.5: 25, 0.6: 20, 0.7: 15, 0.75: 12, 0.8: 9, 0.9: 4 }],
])('kept of %i tokens, in double precision', (count, kept) => {
  for (const [ratio, want] of Object.entries(kept)) {
    expect(keptCount(count, Number(ratio))).toBe(want);
  }
});

test('a mask that hides or keeps nothing is refused', () => {
  expect(() => planMask('lead', 0.7, [1, 50])).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_MASK_RATIO: task masked-autoencoder, option maskRatio: masking "lead" at ratio 0.7 keeps 0 of 50 tokens (1 x 50); some must be kept and some hidden. Fix: change the ratio, the kind of masking or the patch size.]`,
  );
  expect(() => planMask('block', 0.001, [2, 3])).toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_MASK_RATIO: task masked-autoencoder, option maskRatio: masking "block" at ratio 0.001 keeps 6 of 6 tokens (2 x 3); some must be kept and some hidden. Fix: change the ratio, the kind of masking or the patch size.]`,
  );
});

describe.each(runtimeNames)('masks on the runtime %s', (name) => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await open(name);
  });
  afterAll(() => runtime.close());

  const fromNoise = (noise: readonly number[], kept: number) =>
    run(runtime, { noise: array([1, noise.length], noise) }, (inputs) => ({
      ...maskFromNoise(runtime.tf, inputs['noise']!, kept),
    }));

  test('the shuffle rule: ascending, the smallest are kept', () => {
    const noise = [0.62, 0.1, 0.95, 0.33, 0.05, 0.71, 0.48, 0.27];
    expect(fromNoise(noise, keptCount(8, 0.75))).toEqual({
      keep: [4, 1],
      restore: [5, 1, 7, 3, 0, 6, 4, 2],
      hidden: [1, 0, 1, 1, 0, 1, 1, 1],
    });
    expect(fromNoise(noise, 8)['keep']).toEqual([4, 1, 7, 3, 6, 0, 5, 2]);
    expect(fromNoise(noise, keptCount(8, 0.5))['keep']).toEqual([4, 1, 7, 3]);
  });

  test('any noise: kept and hidden part the tokens; restore undoes the shuffle', () => {
    const noises = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(noises, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (noise, ratio) => {
        const kept = keptCount(noise.length, ratio);
        fc.pre(kept > 0);
        const { keep, restore, hidden } = fromNoise(noise, kept);
        const visible = hidden!.flatMap((h, i) => (h === 0 ? [i] : []));
        expect([...keep!].sort((a, b) => a - b)).toEqual(visible);
        expect(keep!.map((token) => restore![token])).toEqual(keep!.map((_, i) => i));
      }),
      { numRuns: 50 },
    );
  });

  const hiddenGrid = (
    masking: Masking,
    ratio: number,
    grid: readonly [number, number],
    of = {},
  ) => {
    const plan = planMask(masking, ratio, grid);
    const batch = 4;
    const { hidden, keep } = run(runtime, {}, () => ({
      ...drawMask(runtime.tf, contextOf(runtime, of).rng, plan, batch),
    }));
    const [rows, cols] = grid;
    const samples = Array.from({ length: batch }, (_, b) =>
      Array.from({ length: rows }, (_, r) =>
        hidden!.slice((b * rows + r) * cols, (b * rows + r + 1) * cols),
      ),
    );
    expect(keep).toHaveLength(batch * plan.kept);
    for (const sample of samples) {
      expect(sample.flat().filter((h) => h === 0)).toHaveLength(plan.kept);
    }
    return samples;
  };

  test('random: 180 of 600 stay, rows differ, the same stream draws the same', () => {
    const samples = hiddenGrid('random', 0.7, [12, 50]);
    expect(samples[0]!.flat().filter((h) => h === 0)).toHaveLength(180);
    expect(samples[0]).not.toEqual(samples[1]);
    expect(hiddenGrid('random', 0.7, [12, 50])).toEqual(samples);
    expect(hiddenGrid('random', 0.7, [12, 50], { step: 2 })).not.toEqual(samples);
    expect(hiddenGrid('random', 0.7, [12, 50], { firstRow: 2 }).slice(0, 2)).toEqual(
      samples.slice(2),
    );
  });

  test('random on one lead', () => {
    expect(hiddenGrid('random', 0.7, [1, 50])[0]![0]!.filter((h) => h === 0)).toHaveLength(15);
  });

  test('lead: whole leads are hidden', () => {
    for (const sample of hiddenGrid('lead', 0.7, [12, 50])) {
      expect(sample.every((lead) => new Set(lead).size === 1)).toBe(true);
      expect(sample.filter((lead) => lead[0] === 0)).toHaveLength(3);
    }
  });

  test('time: the same columns of all leads are hidden', () => {
    for (const sample of hiddenGrid('time', 0.7, [12, 50])) {
      expect(sample.every((lead) => lead.join() === sample[0]!.join())).toBe(true);
      expect(sample[0]!.filter((h) => h === 0)).toHaveLength(15);
    }
  });

  test.each([
    [[12, 50], 10, 42],
    [[1, 50], 1, 35],
    [[3, 10], 3, 7],
  ] as const)('block on %j: %i leads x %i columns side by side', (grid, high, wide) => {
    const seen = new Set<string>();
    for (const sample of hiddenGrid('block', 0.7, grid)) {
      const rows = sample.flatMap((lead, r) => (lead.includes(1) ? [r] : []));
      const cols = sample[rows[0]!]!.flatMap((h, c) => (h === 1 ? [c] : []));
      expect(rows.at(-1)! - rows[0]! + 1).toBe(high);
      expect(rows).toHaveLength(high);
      expect(cols.at(-1)! - cols[0]! + 1).toBe(wide);
      expect(cols).toHaveLength(wide);
      seen.add(`${rows[0]}/${cols[0]}`);
    }
    expect(seen.size).toBeGreaterThan(1);
  });
});

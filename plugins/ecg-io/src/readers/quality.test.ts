import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { einthovenResidual, interpolateNaN, leadFlags } from './quality.ts';

describe('interpolateNaN', () => {
  it('draws lines inside and holds the ends', () => {
    const values = Float32Array.of(NaN, NaN, 1, NaN, NaN, NaN, 5, NaN);
    expect(interpolateNaN(values)).toBe(6);
    expect([...values]).toEqual([1, 1, 1, 2, 3, 4, 5, 5]);
  });

  it('leaves a lead without a valid sample alone', () => {
    const values = Float32Array.of(NaN, NaN);
    expect(interpolateNaN(values)).toBe(0);
    expect([...values]).toEqual([NaN, NaN]);
  });

  it('keeps valid samples and stays within their range', () => {
    const sample = fc.option(fc.integer({ min: -9, max: 9 }), { nil: NaN });
    fc.assert(
      fc.property(fc.array(sample), (samples) => {
        const valid = samples.filter((value) => !Number.isNaN(value));
        fc.pre(valid.length > 0);
        const values = Float32Array.from(samples);
        expect(interpolateNaN(values)).toBe(samples.length - valid.length);
        samples.forEach((v, i) => Number.isNaN(v) || expect(values[i]).toBe(v));
        expect(Math.min(...values)).toBeGreaterThanOrEqual(Math.min(...valid));
        expect(Math.max(...values)).toBeLessThanOrEqual(Math.max(...valid));
      }),
    );
  });
});

describe('leadFlags', () => {
  const sine = (clip = Infinity) =>
    Float32Array.from({ length: 5000 }, (_, i) =>
      Math.max(-clip, Math.min(clip, 3 * Math.sin((2 * Math.PI * i) / 500))),
    );

  it('a live lead has no flag', () => expect(leadFlags('V3', sine(), 500)).toEqual([]));
  it('a line is flat', () => {
    expect(leadFlags('V3', new Float32Array(5000).fill(-3), 500)).toEqual(['flat V3']);
  });
  it('a line of more than a second within a live lead is flat that long', () => {
    expect(leadFlags('V3', sine().fill(0.1, 1000, 2200), 500)).toEqual(['flat V3 2.4 s']);
  });
  it('a clipped lead is saturated', () => {
    expect(leadFlags('V3', sine(2), 500)).toEqual(['saturated V3']);
  });
});

it('einthovenResidual is the root mean square of III - (II - I)', () => {
  expect(einthovenResidual([1, 2], [3, 5], [2, 3])).toBe(0);
  expect(einthovenResidual([1, 2], [3, 5], [5, -1])).toBeCloseTo(Math.sqrt((9 + 16) / 2), 12);
});

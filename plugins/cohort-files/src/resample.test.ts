import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resample } from './resample.ts';

const sine = (hz: number, rate: number, samples: number) =>
  Float32Array.from({ length: samples }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rate));
/** Largest absolute difference away from the ends, where the held samples tell. */
const worst = (a: Float32Array, b: Float32Array, margin: number) => {
  expect(a).toHaveLength(b.length);
  return a
    .subarray(margin, a.length - margin)
    .reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i + margin] as number))), 0);
};

describe('resample', () => {
  it.each([
    [100, 500],
    [500, 100],
    [250, 500],
    [257, 500],
    [1000, 500],
    [360, 500],
    [500, 499.7],
    [Math.PI * 100, 500],
  ])('%f to %f Hz keeps tones up to 0.84 of the Nyquist frequency, without delay', (from, to) => {
    const nyquist = Math.min(from, to) / 2;
    const samples = Math.round(10 * from);
    for (const part of [0.05, 0.4, 0.84]) {
      const out = resample(sine(part * nyquist, from, samples), 1, from, to);
      const expected = sine(part * nyquist, to, Math.round((samples * to) / from));
      expect(worst(out, expected, Math.ceil((40 * to) / Math.min(from, to)))).toBeLessThan(3e-4);
    }
  });

  it.each([1.02, 1.3, 2, 3.7])(
    'from 500 to 100 Hz a tone of %f times the new Nyquist frequency is gone',
    (part) => {
      const out = resample(sine(50 * part, 500, 5000), 1, 500, 100);
      expect(worst(out, new Float32Array(1000), 40)).toBeLessThan(2e-4);
    },
  );

  it('taking every fifth sample instead would fold that tone back', () => {
    const tone = sine(65, 500, 5000);
    const picked = Float32Array.from({ length: 1000 }, (_, i) => tone[5 * i] as number);
    expect(worst(picked, new Float32Array(1000), 40)).toBeGreaterThan(0.9);
  });

  it('keeps constants, also at the ends, and rows apart', () => {
    const values = new Float32Array(200).fill(2.5).fill(-1, 100);
    const out = resample(values, 2, 100, 500);
    expect(out).toHaveLength(1000);
    out.forEach((value, i) => expect(value).toBeCloseTo(i < 500 ? 2.5 : -1, 6));
  });

  it('is linear', () => {
    const signal = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 50, maxLength: 50 });
    fc.assert(
      fc.property(signal, signal, (a, b) => {
        const of = (values: readonly number[]) => resample(Float32Array.from(values), 1, 257, 500);
        const [x, y, sum] = [of(a), of(b), of(a.map((value, i) => value + (b[i] as number)))];
        sum.forEach((value, i) =>
          expect(value).toBeCloseTo((x[i] as number) + (y[i] as number), 3),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('returns equal rates as they are', () => {
    const values = sine(3, 500, 50);
    expect(resample(values, 1, 500, 500)).toBe(values);
  });
});

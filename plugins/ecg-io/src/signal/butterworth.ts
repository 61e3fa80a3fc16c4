/**
 * @file Butterworth filters of any order as second-order sections, by the bilinear transform of the analogue prototype
 * with pre-warped edges (Oppenheim and Schafer, Discrete-Time Signal Processing, chapter 7). Order of the sections, and the
 * gain in the first one, as in SciPy's `butter(..., output='sos')`.
 */
import type { Section } from './section.ts';

type Complex = { readonly re: number; readonly im: number };
const multiply = (a: Complex, b: Complex): Complex => ({
  re: a.re * b.re - a.im * b.im,
  im: a.re * b.im + a.im * b.re,
});
const divide = (a: Complex, b: Complex): Complex => {
  const norm = b.re * b.re + b.im * b.im;
  return { re: (a.re * b.re + a.im * b.im) / norm, im: (a.im * b.re - a.re * b.im) / norm };
};
/** The square root with a real part of 0 or more. */
function squareRoot(a: Complex): Complex {
  const length = Math.hypot(a.re, a.im);
  const re = Math.sqrt((length + a.re) / 2);
  const im = Math.sqrt((length - a.re) / 2);
  return { re, im: a.im < 0 ? -im : im };
}

/** Twice the sampling rate of the bilinear transform; any value gives the same filter, 4 keeps the numbers near 1. */
const RATE = 4;
const warp = (cutoffHz: number, samplingHz: number) =>
  RATE * Math.tan((Math.PI * cutoffHz) / samplingHz);

/** Poles of the prototype with cut-off 1 rad/s, all in the left half plane. */
function prototype(order: number): Complex[] {
  return Array.from({ length: order }, (_, k) => {
    const angle = (Math.PI * (2 * k - order + 1)) / (2 * order);
    // The middle pole of an odd order is exactly real.
    return { re: -Math.cos(angle), im: 2 * k + 1 === order ? 0 : -Math.sin(angle) };
  });
}

/** Numerators by filter type: zeros at z = 1 (from s = 0), at z = -1 (from infinity), or one of each. */
const NUMERATOR = {
  lowpass: { first: [1, 1, 0], second: [1, 2, 1] },
  highpass: { first: [1, -1, 0], second: [1, -2, 1] },
  bandpass: { first: [1, 0, -1], second: [1, 0, -1] },
} as const;

/** Joins conjugate poles, then real ones; the sections nearest to the unit circle come last. */
function toSections(
  poles: readonly Complex[],
  type: keyof typeof NUMERATOR,
  gain: number,
): Section[] {
  const real = poles.filter((p) => p.im === 0).map((p) => p.re);
  real.sort((a, b) => a - b);
  const parts = poles
    .filter((p) => p.im > 0)
    .map((p) => {
      const radius = Math.hypot(p.re, p.im);
      return { radius, a1: -2 * p.re, a2: radius * radius, b: NUMERATOR[type].second };
    });
  for (let i = 0; i + 1 < real.length; i += 2) {
    const [p, q] = [real[i] as number, real[i + 1] as number];
    const radius = Math.max(Math.abs(p), Math.abs(q));
    parts.push({ radius, a1: -(p + q), a2: p * q, b: NUMERATOR[type].second });
  }
  if (real.length % 2 === 1) {
    const p = real[real.length - 1] as number;
    const b = NUMERATOR[type].first as unknown as (typeof parts)[number]['b'];
    parts.push({ radius: Math.abs(p), a1: -p, a2: 0, b });
  }
  parts.sort((s, t) => s.radius - t.radius);
  return parts.map(({ a1, a2, b }, i) => {
    const g = i === 0 ? gain : 1;
    return { b0: g * b[0], b1: g * b[1], b2: g * b[2], a1, a2 };
  });
}

/** Bilinear transform of the poles; the gain factor is 1 / prod(RATE - p), real for conjugate pairs. */
function bilinear(poles: readonly Complex[]): { poles: Complex[]; gain: number } {
  let product: Complex = { re: 1, im: 0 };
  const mapped = poles.map((p) => {
    const denominator = { re: RATE - p.re, im: -p.im };
    product = multiply(product, denominator);
    return divide({ re: RATE + p.re, im: p.im }, denominator);
  });
  return { poles: mapped, gain: 1 / product.re };
}

/** Low-pass of `order`, -3 dB at `cutoffHz` (0 to half of `samplingHz`, exclusive). */
export function butterworthLowpass(order: number, cutoffHz: number, samplingHz: number): Section[] {
  const edge = warp(cutoffHz, samplingHz);
  const analogue = prototype(order).map((p) => ({ re: p.re * edge, im: p.im * edge }));
  const { poles, gain } = bilinear(analogue);
  return toSections(poles, 'lowpass', edge ** order * gain);
}

/** High-pass of `order`, -3 dB at `cutoffHz`. Golden values: paper.md 5.8. */
export function butterworthHighpass(
  order: number,
  cutoffHz: number,
  samplingHz: number,
): Section[] {
  const edge = warp(cutoffHz, samplingHz);
  const analogue = prototype(order).map((p) => divide({ re: edge, im: 0 }, p));
  const { poles, gain } = bilinear(analogue);
  return toSections(poles, 'highpass', RATE ** order * gain);
}

/** Band-pass with `order` poles on each side, -3 dB at both edges. */
export function butterworthBandpass(
  order: number,
  lowHz: number,
  highHz: number,
  samplingHz: number,
): Section[] {
  const [low, high] = [warp(lowHz, samplingHz), warp(highHz, samplingHz)];
  const width = high - low;
  const analogue = prototype(order).flatMap((p) => {
    const half = { re: (p.re * width) / 2, im: (p.im * width) / 2 };
    const square = multiply(half, half);
    const root = squareRoot({ re: square.re - low * high, im: square.im });
    return [
      { re: half.re + root.re, im: half.im + root.im },
      { re: half.re - root.re, im: half.im - root.im },
    ];
  });
  const { poles, gain } = bilinear(analogue);
  return toSections(poles, 'bandpass', (width * RATE) ** order * gain);
}

/** @file Power spectral density by Welch's method. */
import type { MetricValue } from '@dualbeat/core';
import type { Values } from '@dualbeat/evaluation';

export type PowerSpectrum = {
  /** One-sided density in unit^2/Hz, from 0 Hz to half the sampling rate. */
  readonly density: Float64Array;
  readonly hzPerBin: number;
  readonly segments: number;
};

/** Segments of about half a second: 2 Hz per bin at 500 Hz. */
const segmentSeconds = 0.6;

/**
 * Mean periodogram of half-overlapping Hann-windowed segments without their mean (Welch 1967). Segments that hold a
 * value that is not finite are left out; undefined where none is left.
 */
export function powerSpectrum(signal: Values, samplingHz: number): PowerSpectrum | undefined {
  const length = 2 ** Math.max(3, Math.floor(Math.log2(segmentSeconds * samplingHz)));
  const hann = Float64Array.from(
    { length },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length),
  );
  const scale = 1 / (samplingHz * hann.reduce((sum, w) => sum + w * w, 0));
  const density = new Float64Array(length / 2 + 1);
  let segments = 0;
  for (let start = 0; start + length <= signal.length; start += length / 2) {
    const real = Float64Array.from({ length }, (_, i) => signal[start + i] as number);
    if (!real.every(Number.isFinite)) continue;
    const mean = real.reduce((sum, v) => sum + v, 0) / length;
    real.forEach((v, i) => (real[i] = (v - mean) * (hann[i] as number)));
    const imaginary = new Float64Array(length);
    fourier(real, imaginary);
    for (let k = 0; k < density.length; k++) {
      const sides = k === 0 || k === length / 2 ? 1 : 2;
      density[k]! += sides * scale * ((real[k] as number) ** 2 + (imaginary[k] as number) ** 2);
    }
    segments++;
  }
  if (segments === 0) return undefined;
  return { density: density.map((d) => d / segments), hzPerBin: samplingHz / length, segments };
}

/** Power of the signal above a frequency, in unit^2: the variance that a perfect high-pass would leave. */
export function powerAbove(signal: Values, samplingHz: number, cutoffHz: number): MetricValue {
  if (cutoffHz >= samplingHz / 2) {
    return {
      undefinedBecause: `a signal at ${samplingHz} Hz holds nothing above ${samplingHz / 2} Hz`,
    };
  }
  const spectrum = powerSpectrum(signal, samplingHz);
  if (!spectrum)
    return { undefinedBecause: 'no stretch of the signal is long enough for a spectrum' };
  let sum = 0;
  spectrum.density.forEach((density, k) => {
    if (k * spectrum.hzPerBin >= cutoffHz) sum += density * spectrum.hzPerBin;
  });
  return sum;
}

/** In-place radix-2 Fourier transform; the length is a power of two. */
function fourier(real: Float64Array, imaginary: Float64Array): void {
  const n = real.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    [real[i], real[j]] = [real[j] as number, real[i] as number];
    [imaginary[i], imaginary[j]] = [imaginary[j] as number, imaginary[i] as number];
  }
  for (let size = 2; size <= n; size *= 2) {
    for (let k = 0; k < size / 2; k++) {
      const angle = (-2 * Math.PI * k) / size;
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      for (let start = k; start < n; start += size) {
        const other = start + size / 2;
        const re = c * (real[other] as number) - s * (imaginary[other] as number);
        const im = s * (real[other] as number) + c * (imaginary[other] as number);
        real[other] = (real[start] as number) - re;
        imaginary[other] = (imaginary[start] as number) - im;
        real[start]! += re;
        imaginary[start]! += im;
      }
    }
  }
}

/** @file The main deflection of a QRS complex. */
import type { Values } from '@dualbeat/evaluation';

export type RPeak = {
  /** In samples, between samples where the parabola through the peak says so. */
  readonly sample: number;
  /** 1: upwards (R); -1: downwards (a QS or deep S). */
  readonly polarity: 1 | -1;
  /** From the line between onset and offset, in the signal's unit; positive. */
  readonly height: number;
};

/**
 * The largest deflection of a complex from the straight line that joins the signal at its onset and offset (samples).
 * `near` looks for the same deflection in another signal: the same polarity, within `reach` samples of that peak.
 * Undefined where the complex or the reach leaves the signal or holds a value that is not finite, where there is no
 * deflection, or where it is largest at an end.
 */
export function rPeak(
  signal: Values,
  complex: { readonly onset: number; readonly offset: number },
  near?: { readonly peak: RPeak; readonly reach: number },
): RPeak | undefined {
  const { onset, offset } = complex;
  const first = near ? Math.round(near.peak.sample) - near.reach : onset;
  const last = near ? Math.round(near.peak.sample) + near.reach : offset;
  if (Math.min(first, onset) < 0 || Math.max(last, offset) >= signal.length) return undefined;
  if (last - first < 2 || offset <= onset) return undefined;
  const from = signal[onset] as number;
  const slope = ((signal[offset] as number) - from) / (offset - onset);
  const deflection = (i: number) => (signal[i] as number) - from - slope * (i - onset);
  let best = first;
  let most = 0;
  for (let i = first; i <= last; i++) {
    const d = deflection(i);
    if (!Number.isFinite(d)) return undefined;
    const size = near === undefined ? Math.abs(d) : d * near.peak.polarity;
    if (size > most) [most, best] = [size, i];
  }
  if (best === first || best === last) return undefined;
  const [a, b, c] = [deflection(best - 1), deflection(best), deflection(best + 1)];
  const bend = a - 2 * b + c;
  const shift = bend === 0 ? 0 : (a - c) / (2 * bend);
  return {
    sample: best + Math.max(-0.5, Math.min(0.5, shift)),
    polarity: b > 0 ? 1 : -1,
    height: most,
  };
}

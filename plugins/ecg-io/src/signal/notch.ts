/** @file Second-order notch filter (Orfanidis, Introduction to Signal Processing, 11.3.1). */
import type { Section } from './section.ts';

/** Zero at `frequencyHz`, -3 dB bandwidth `frequencyHz / quality`. Golden values: paper.md 5.8. */
export function notch(frequencyHz: number, quality: number, samplingHz: number): Section {
  const angle = (2 * Math.PI * frequencyHz) / samplingHz;
  const gain = 1 / (1 + Math.tan(angle / quality / 2));
  const middle = -2 * gain * Math.cos(angle);
  return { b0: gain, b1: middle, b2: gain, a1: middle, a2: 2 * gain - 1 };
}

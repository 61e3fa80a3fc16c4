/** @file What makes one subject's ECG: drawn once per subject, cheap enough to draw for a whole cohort. */
import { hostRandom, normalFrom } from '@dualbeat/core';
import type { HostRandom } from '@dualbeat/core';

export type SubjectParameters = {
  /** Mean rate in beats per minute. */
  readonly heartRate: number;
  /** QRS onset to offset in ms. */
  readonly qrsWidth: number;
  /** Direction of the main QRS vector as leads I and aVF see it, in degrees; 0 points left, 90 down. */
  readonly axis: number;
  /** Largest length of the QRS dipole in mV; about the R wave of V5. */
  readonly amplitude: number;
  /** P onset to QRS onset in ms. */
  readonly prInterval: number;
  /** QRS onset to T end in ms at 60 beats per minute; the QT of a beat is this times the cube root of RR in s (Fridericia). */
  readonly qtInterval: number;
  /** Lengths of the P and T dipoles in mV. */
  readonly pAmplitude: number;
  readonly tAmplitude: number;
  /** T axis minus QRS axis in degrees. */
  readonly tAngle: number;
  /** Backward part of the main QRS vector, relative to its frontal part as the limb leads see it. */
  readonly posterior: number;
  /** Respiration in Hz; RR changes with it and at 0.1 Hz by these shares. */
  readonly respirationHz: number;
  readonly respiratoryVariability: number;
  readonly slowVariability: number;
};

/** Normal, drawn again until it lies within `low` to `high`. */
function within(random: HostRandom, mean: number, std: number, low: number, high: number): number {
  for (;;) {
    const value = mean + std * normalFrom(random);
    if (value >= low && value <= high) return value;
  }
}

/**
 * A pure function of seed and subject. Means and spreads are those of resting adults: rate and intervals about as in the UK
 * Biobank imaging visit, the others from textbooks; subjects are healthy, no parameter depends on another.
 */
export function drawParameters(seed: number, subject: number): SubjectParameters {
  const random = hostRandom(seed, 'cohort-synthetic/parameters', subject);
  return {
    heartRate: within(random, 64, 10, 42, 105),
    qrsWidth: within(random, 90, 15, 62, 150),
    axis: within(random, 42, 28, -35, 105),
    amplitude: within(random, 1.4, 0.35, 0.6, 2.8),
    prInterval: within(random, 160, 22, 110, 240),
    qtInterval: within(random, 412, 20, 350, 470),
    pAmplitude: within(random, 0.13, 0.03, 0.05, 0.25),
    tAmplitude: within(random, 0.3, 0.08, 0.1, 0.6),
    tAngle: within(random, 0, 15, -45, 45),
    posterior: within(random, 0.45, 0.15, 0.1, 0.9),
    respirationHz: within(random, 0.25, 0.04, 0.15, 0.4),
    respiratoryVariability: within(random, 0.03, 0.015, 0.002, 0.09),
    slowVariability: within(random, 0.02, 0.01, 0.001, 0.06),
  };
}

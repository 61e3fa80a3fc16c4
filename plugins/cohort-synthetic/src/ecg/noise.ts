/** @file What is not the heart: baseline wander, mains hum, muscles. Added to the measured leads only. */
import { normalFrom } from '@dualbeat/core';
import type { HostRandom } from '@dualbeat/core';

/** Medians over subjects of the root mean square per lead, in mV; 0 leaves a part out. */
export type NoiseOptions = {
  readonly wanderMv: number;
  readonly mainsMv: number;
  readonly muscleMv: number;
  readonly mainsHz: number;
};

/** Adds a sine of peak `size`; turning a vector is ten times cheaper than a sine per sample. */
function addSine(lead: Float64Array, size: number, radians: number, phase: number): void {
  const [c, s] = [Math.cos(radians), Math.sin(radians)];
  let re = size * Math.cos(phase);
  let im = size * Math.sin(phase);
  for (let i = 0; i < lead.length; i++) {
    lead[i] = (lead[i] as number) + im;
    const next = re * c - im * s;
    im = re * s + im * c;
    re = next;
  }
}

/** Adds independent standard normal numbers times `sigma`; both of each Box-Muller pair are used. */
function addWhite(lead: Float64Array, sigma: number, random: HostRandom): void {
  for (let i = 0; i < lead.length; i += 2) {
    const radius = sigma * Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    lead[i] = (lead[i] as number) + radius * Math.cos(angle);
    if (i + 1 < lead.length) lead[i + 1] = (lead[i + 1] as number) + radius * Math.sin(angle);
  }
}

/**
 * Changes `leads` in place. Levels differ between subjects (log-normal) and leads; wander moves with the breath, whose
 * `breathPhase` the beats share, and with two slower drifts.
 */
export function addNoise(
  leads: readonly Float64Array[],
  options: NoiseOptions,
  at: { readonly samplingHz: number; readonly respirationHz: number; readonly breathPhase: number },
  random: HostRandom,
): void {
  const level = (median: number) => median * Math.exp(0.5 * normalFrom(random));
  const [wander, mains, muscle] = [
    level(options.wanderMv),
    level(options.mainsMv),
    level(options.muscleMv),
  ];
  const turn = (hz: number) => (2 * Math.PI * hz) / at.samplingHz;
  const mainsPhase = 2 * Math.PI * random();
  const drifts = [0.05 + 0.1 * random(), 0.15 + 0.2 * random()];
  for (const lead of leads) {
    // A sine of peak a has the root mean square a / sqrt 2; three of equal size share the level.
    const sine = Math.sqrt(2) * (0.5 + random());
    const part = (wander * sine) / Math.sqrt(3);
    const phases = [2 * Math.PI * random(), 2 * Math.PI * random()];
    if (wander > 0) {
      addSine(lead, part, turn(at.respirationHz), at.breathPhase);
      drifts.forEach((hz, k) => addSine(lead, part, turn(hz), phases[k] as number));
    }
    const hum = mains * Math.sqrt(2) * (0.5 + random());
    if (mains > 0) addSine(lead, hum, turn(options.mainsHz), mainsPhase + 0.5 * random());
    const strength = 0.7 + 0.6 * random();
    if (muscle > 0) addWhite(lead, muscle * strength, random);
  }
}

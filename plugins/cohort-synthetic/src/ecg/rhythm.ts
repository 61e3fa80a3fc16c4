/** @file When the heart beats: sinus rhythm with respiratory and slow variability. */
import { normalFrom } from '@dualbeat/core';
import type { HostRandom } from '@dualbeat/core';
import type { SubjectParameters } from './parameters.ts';

export type Beat = {
  /** Of the R peak, in s from the start of the record; may lie outside it. */
  readonly time: number;
  /** RR before this beat in s. */
  readonly rr: number;
  /** Respiration at the beat, -1 to 1. */
  readonly breath: number;
};

/** Waves of a beat reach this far, in s. */
const REACH = 1.5;

/** All beats with a wave within the record, and some more. `breathPhase` in rad at time 0. */
export function beats(
  parameters: SubjectParameters,
  seconds: number,
  breathPhase: number,
  random: HostRandom,
): Beat[] {
  const { respirationHz, respiratoryVariability, slowVariability } = parameters;
  const mean = 60 / parameters.heartRate;
  const slowPhase = 2 * Math.PI * random();
  const found: Beat[] = [];
  for (let time = -REACH - mean * random(); time < seconds + REACH;) {
    const breath = Math.sin(2 * Math.PI * respirationHz * time + breathPhase);
    const slow = Math.sin(2 * Math.PI * 0.1 * time + slowPhase);
    // What is left besides the two rhythms is small in sinus rhythm.
    const rest = Math.max(-0.02, Math.min(0.02, 0.005 * normalFrom(random)));
    const rr = mean * (1 + respiratoryVariability * breath + slowVariability * slow + rest);
    time += rr;
    found.push({ time, rr, breath });
  }
  return found;
}

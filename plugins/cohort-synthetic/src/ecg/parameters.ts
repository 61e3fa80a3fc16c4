/** @file What makes one ECG: each parameter owes a part to body and heart, the rest is its own. */
import { hostRandom, normalFrom } from '@dualbeat/core';
import { ECG_PARAMETERS, MOST_EXPLAINED } from '../constants/couplings.ts';
import { latentsOf } from '../latents/latents.ts';
import type { ScarRegion } from '../latents/latents.ts';
import type { Factors } from '../latents/factors.ts';
import { clamp } from '../latents/numbers.ts';
import { drawScores } from '../latents/scores.ts';
import type { Person } from '../latents/subject.ts';
import { drawPerson } from '../latents/subject.ts';

/** How strongly heart and body show in the ECG: 0 not at all, 1 as in the constants. `all` multiplies the two groups. */
export type Coupling = {
  readonly all: number;
  readonly structural: number;
  readonly functional: number;
};

/**
 * ms: qrsWidth (onset to offset), prInterval, qtInterval (at 60 bpm; Fridericia), pWidth, tPeakEnd, tRise (standard deviation of T before its
 * peak); degrees: axis (of the main QRS vector as I and aVF see it), tAngle (T over QRS axis); mV: amplitude (longest QRS dipole),
 * pAmplitude, tAmplitude, stLevel, notch; relative: posterior (backward part of the main QRS vector), tBackward, pTerminal (backward part of
 * the left atrium's P), rightward (late right ventricular vector over the QRS), septalQ (first vector), peakTime (R peak later, in QRS widths);
 * heartRate in bpm, respirationHz, and RR's shares of respiratory and slow variability.
 */
export type SubjectParameters = { readonly [name in keyof typeof ECG_PARAMETERS]: number } & {
  /** Q waves of a scar, 0 to 1. */
  readonly scar: { readonly region: ScarRegion; readonly size: number } | undefined;
};
type Name = keyof typeof ECG_PARAMETERS;
export const PARAMETER_NAMES = Object.keys(ECG_PARAMETERS) as Name[];

type Loadings = { readonly [factor in keyof Factors]?: number };
const sum = (on: Loadings, factors: Factors) => {
  let total = 0;
  for (const name in on) {
    total += (on[name as keyof Factors] as number) * factors[name as keyof Factors];
  }
  return total;
};

/** Structural and functional sums of one parameter at full coupling; their variances are the constants' `explained`. */
export function coupledSums(name: Name, factors: Factors): readonly [number, number] {
  const { structural, functional } = ECG_PARAMETERS[name];
  return [sum(structural, factors), sum(functional, factors)];
}

/** Scales of the two sums and of the parameter's own part, so that the variance stays 1. */
export function weights(name: Name, coupling: Coupling): readonly [number, number, number] {
  const s = coupling.all * coupling.structural;
  const f = coupling.all * coupling.functional;
  const [ss, ff, both] = ECG_PARAMETERS[name].explained;
  const explained = s * s * ss + f * f * ff + s * f * both;
  const down = explained > MOST_EXPLAINED ? Math.sqrt(MOST_EXPLAINED / explained) : 1;
  return [s * down, f * down, Math.sqrt(Math.max(0, 1 - explained * down * down))];
}

/**
 * A pure function of the arguments: the ECG of `person` at a visit. A parameter's own part comes from the subject, not from the visit; a
 * scar shows with probability `all x functional` of the coupling, else an unrelated one of the same frequency may.
 */
export function parametersOf(
  person: Person,
  seed: number,
  subject: number,
  coupling: Coupling,
): SubjectParameters {
  const random = hostRandom(seed, 'cohort-synthetic/parameters', subject);
  const parameters: { [name in Name]?: number } = {};
  for (const name of PARAMETER_NAMES) {
    const { is } = ECG_PARAMETERS[name];
    const [s, f, own] = weights(name, coupling);
    const [structural, functional] = coupledSums(name, person.factors);
    const score = s * structural + f * functional + own * normalFrom(random);
    parameters[name] = clamp(is.mean + is.std * score, is);
  }
  const shows = random() < coupling.all * coupling.functional;
  const { scarRegion, scarSize } = shows
    ? person.latents
    : latentsOf(drawScores(seed, subject, 0, 'decoys'), 0);
  const scar = scarRegion === undefined ? undefined : { region: scarRegion, size: scarSize };
  return { ...(parameters as { [name in Name]: number }), scar };
}

/** Parameters of a subject's own ECG at the first visit. */
export function drawParameters(
  seed: number,
  subject: number,
  coupling: Coupling,
): SubjectParameters {
  return parametersOf(drawPerson(seed, subject), seed, subject, coupling);
}

/** @file One subject at one visit: latents, geometry and factors together. */
import type { Factors } from './factors.ts';
import { factorsOf } from './factors.ts';
import type { Geometry } from './geometry.ts';
import { geometryOf } from './geometry.ts';
import type { Latents } from './latents.ts';
import { latentsOf } from './latents.ts';
import { drawScores } from './scores.ts';

export type Person = {
  readonly latents: Latents;
  readonly geometry: Geometry;
  readonly factors: Factors;
};
/** Populations: the cohort's own, strangers whose ECG an uncoupled cohort has, and bearers of scars that are nobody's. */
export type Stream = 'latents' | 'strangers' | 'decoys';

/** A pure function of seed, subject, visit and population. */
export function drawPerson(
  seed: number,
  subject: number,
  visit = 0,
  stream: Stream = 'latents',
): Person {
  const latents = latentsOf(drawScores(seed, subject, visit, stream), visit);
  const geometry = geometryOf(latents);
  return { latents, geometry, factors: factorsOf(latents, geometry) };
}

/** @file Endpoints from hazards: who has had them, who gets them and when. */
import { hostRandom } from '@dualbeat/core';
import { ENDPOINTS } from '../constants/endpoints.ts';
import { POPULATION } from '../constants/population.ts';
import type { Factors } from './factors.ts';
import type { Person } from './subject.ts';

export type EndpointName = keyof typeof ENDPOINTS.hazards;
export const ENDPOINT_NAMES = Object.keys(ENDPOINTS.hazards) as EndpointName[];

/** Years from the visit to event or end of follow-up. `before`: had it before the visit; such a subject is in no survival analysis. */
export type Endpoint = {
  readonly before: boolean;
  readonly event: boolean;
  readonly years: number;
};

type Scores = Factors & {
  readonly systolicScore: number;
  readonly smokingScore: number;
  readonly scarSize: number;
};

/** Log hazard over that of score 0. */
export function logHazard(name: EndpointName, { latents, factors }: Person): number {
  const scores: Scores = {
    ...factors,
    systolicScore: (latents.systolic - 138) / POPULATION.systolic.std,
    smokingScore: latents.smoking - 0.43,
    scarSize: latents.scarSize,
  };
  const on: { readonly [score in keyof Scores]?: number } = ENDPOINTS.hazards[name].on;
  let sum = 0;
  for (const score in on) {
    sum += (on[score as keyof Scores] as number) * scores[score as keyof Scores];
  }
  return sum;
}

/**
 * Endpoints at a visit, in the order of `ENDPOINT_NAMES`. `person` is the subject at the first visit, whose hazards hold throughout; a
 * later visit sees the same course from later on. A myocardial infarction is coronary artery disease.
 */
export function endpointsOf(
  person: Person,
  seed: number,
  subject: number,
  visit: number,
): readonly Endpoint[] {
  const random = hostRandom(seed, 'cohort-synthetic/endpoints', subject);
  const { low, high } = ENDPOINTS.follow;
  const follow = low + (high - low) * random();
  // Years from the first visit to the event; negative: before it.
  const at = ENDPOINT_NAMES.map((name) => {
    const hazard = ENDPOINTS.hazards[name].rate * Math.exp(logHazard(name, person));
    return -Math.log(1 - random()) / hazard - ENDPOINTS.before;
  });
  const of = (name: EndpointName) => at[ENDPOINT_NAMES.indexOf(name)] as number;
  const passed = visit * POPULATION.repeat.years;
  return ENDPOINT_NAMES.map((name) => {
    const years = (name === 'cad' ? Math.min(of('cad'), of('mi')) : of(name)) - passed;
    const end = follow - passed;
    return { before: years <= 0, event: years > 0 && years <= end, years: Math.min(years, end) };
  });
}

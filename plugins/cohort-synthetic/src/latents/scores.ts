/** @file The standard normal scores that a subject is made of: independent of each other, drawn once per subject. */
import { hostRandom, normalFrom } from '@dualbeat/core';
import { POPULATION } from '../constants/population.ts';

/** Never change between visits. */
const LASTING = [
  'sex',
  'height',
  'smoking',
  'scar',
  'scarRegion',
  'scarSize',
  'aao',
  'dao',
] as const;
/** Change a little until a repeat visit; age is moved by the years between. */
const SLOW = [
  'age',
  'bmi',
  'systolic',
  'alcohol',
  'fibrosis',
  'edv',
  'ef',
  'wall',
  'sphericity',
  'shortening',
  'rvedv',
  'rvsv',
  'la',
  'laEf',
  'ra',
  'raEf',
  'rate',
  'hanging',
  'turn',
  'septum',
  'apex',
  'lateral',
  'ovality',
  'flattening',
  'septumLateral',
  'apexBase',
  'aaoDistensibility',
  'daoDistensibility',
] as const;
const MANY = { segmentWall: 16, segmentMotion: 16, segmentLength: 6 } as const;

type Single = (typeof LASTING)[number] | (typeof SLOW)[number];
export type Scores = { readonly [name in Single]: number } & {
  readonly [name in keyof typeof MANY]: readonly number[];
};

/**
 * A pure function of seed, subject and visit (0, 1, ...). `stream` tells populations apart: the strangers of an uncoupled cohort
 * come from another one.
 */
export function drawScores(seed: number, subject: number, visit: number, stream: string): Scores {
  const random = hostRandom(seed, `cohort-synthetic/${stream}`, subject);
  const anew =
    visit === 0 ? undefined : hostRandom(seed, `cohort-synthetic/${stream}`, subject, visit);
  const kept = Math.sqrt(1 - POPULATION.repeat.renewed ** 2);
  const slow = () => {
    const first = normalFrom(random);
    return anew === undefined ? first : kept * first + POPULATION.repeat.renewed * normalFrom(anew);
  };
  const scores: Record<string, number | number[]> = {};
  for (const name of LASTING) scores[name] = normalFrom(random);
  for (const name of SLOW) scores[name] = name === 'age' ? normalFrom(random) : slow();
  for (const [name, count] of Object.entries(MANY)) {
    scores[name] = Array.from({ length: count }, slow);
  }
  return scores as unknown as Scores;
}

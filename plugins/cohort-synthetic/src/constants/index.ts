/**
 * @file All constants of the simulator and their hash. They were fixed before any alignment was run on this cohort;
 * a change is a new cohort, and the test that pins the hash says so.
 */
import { createHash } from 'node:crypto';
import { ANATOMY } from './anatomy.ts';
import { ECG_PARAMETERS, FACTORS, MOST_EXPLAINED, SCAR_WAVES } from './couplings.ts';
import { ENDPOINTS } from './endpoints.ts';
import { EXPECTED_SYSTOLE } from './expected-systole.ts';
import { IMAGE } from './image.ts';
import { POPULATION } from './population.ts';

export const CONSTANTS = {
  population: POPULATION,
  anatomy: ANATOMY,
  image: IMAGE,
  ecgParameters: ECG_PARAMETERS,
  factors: FACTORS,
  scarWaves: SCAR_WAVES,
  mostExplained: MOST_EXPLAINED,
  expectedSystole: EXPECTED_SYSTOLE,
  endpoints: ENDPOINTS,
} as const;

/** JSON with the keys in order, so that the order in a file does not count. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    const parts = entries
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`);
    return `{${parts.join(',')}}`;
  }
  return JSON.stringify(value);
}

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** SHA-256 hex of the constants; part of the cohort's digest and provenance. */
export const constantsDigest: string = sha256(canonicalJson(CONSTANTS));

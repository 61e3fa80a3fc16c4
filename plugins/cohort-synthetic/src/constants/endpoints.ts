/**
 * @file Plain data: hazards of the endpoints. Log hazard = sum of loading x score; a year's rate at score 0 is `rate`; years before
 * the imaging visit count too (`before`), so that some subjects have the endpoint already. Prevalences (before or until the end of
 * follow-up) near those of paper.md 1.7: MI 2 %, cardiomyopathy 0.4 %, AF 3.9 %, HF 1.2 %; CAD and SCD are assumed.
 */
export const ENDPOINTS = {
  /** Years of the past that count with the hazard of today, and of follow-up, uniform. */
  before: 6,
  follow: { low: 3, high: 9 },
  /** `prevalence` is what `rate` was fitted to. Scar in units of its size (0 to 1), the rest standard scores. */
  hazards: {
    cad: {
      prevalence: 0.065,
      rate: 0.00259,
      on: { age: 0.5, male: 0.35, systolicScore: 0.2, smokingScore: 0.2, scarSize: 3 },
    },
    af: {
      prevalence: 0.039,
      rate: 0.00132,
      on: { age: 0.7, male: 0.2, la: 0.45, laEf: -0.35, ef: -0.2, fibrosis: 0.25 },
    },
    scd: {
      prevalence: 0.008,
      rate: 0.000319,
      on: { ef: -0.6, fibrosis: 0.4, scarSize: 2, septumLateral: 0.2, mass: 0.2 },
    },
    hf: {
      prevalence: 0.012,
      rate: 0.000293,
      on: { age: 0.5, ef: -0.75, la: 0.3, fibrosis: 0.35, mass: 0.25, shortening: -0.25 },
    },
    mi: {
      prevalence: 0.02,
      rate: 0.000742,
      on: { age: 0.3, male: 0.3, smokingScore: 0.2, scarSize: 4.5 },
    },
    cardiomyopathy: {
      prevalence: 0.004,
      rate: 0.000116,
      on: { ef: -0.8, wall: 0.4, septum: 0.5, edv: 0.3, fibrosis: 0.4 },
    },
  },
} as const;

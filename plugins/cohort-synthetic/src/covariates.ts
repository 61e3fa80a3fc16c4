/** @file The view `covariates`: the 12 columns of paper.md 1.4. */
import type { ViewSpec } from '@dualbeat/core';
import type { Latents } from './latents/latents.ts';

/** UK Biobank fields 31, 21003, 20116, 4080, 21001, and 1558 one-hot (the last: no answer). */
export const COVARIATES: ViewSpec = {
  shape: [12],
  dtype: 'float32',
  axes: [
    {
      name: 'covariate',
      labels: [
        'male',
        'age',
        'smoking',
        'systolic',
        'bmi',
        ...Array.from({ length: 7 }, (_, k) => `alcohol${k + 1}`),
      ],
    },
  ],
  unit: '',
};

export function covariatesOf(l: Latents): number[] {
  const alcohol = Array.from({ length: 7 }, (_, k) => Number(l.alcohol === k + 1));
  return [Number(l.male), l.age, l.smoking, l.systolic, l.bmi, ...alcohol];
}

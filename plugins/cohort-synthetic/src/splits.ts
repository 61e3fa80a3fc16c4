/** @file Which subjects train, validate and test. */
import { hostRandom, permutation } from '@dualbeat/core';
import type { Split } from '@dualbeat/core';
import { badSplits } from './errors.ts';

/** Subjects in random order, cut by `train` and `val`; each part ascending. Error: E_SYNTHETIC_SPLITS. */
export function splitSubjects(
  seed: number,
  subjects: number,
  { train, val }: { readonly train: number; readonly val: number },
): { readonly [split in Split]: Int32Array } {
  const trained = Math.round(subjects * train);
  const validated = Math.round(subjects * (train + val));
  if (train + val > 1 + 1e-9 || trained === 0) throw badSplits(train, val, subjects);
  const order = permutation(subjects, hostRandom(seed, 'cohort-synthetic/splits'));
  return {
    train: order.slice(0, trained).sort(),
    val: order.slice(trained, validated).sort(),
    test: order.slice(validated).sort(),
    all: order.slice().sort(),
  };
}

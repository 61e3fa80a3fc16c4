/** @file `--trial <variant>[:seed]` as the point of an experiment. */
import { DualbeatError } from '@dualbeat/core';
import type { TrialPoint } from '@dualbeat/core';

/** 'single-ed:1', 'single-ed', ':1'. `base` is the file as it stands, as in the names of trials. Error: E_TRIAL. */
export function trialOf(text: string | undefined): TrialPoint {
  if (text === undefined) return {};
  const match = /^([^:]*)(?::(\d+))?$/.exec(text);
  const [, variant = '', seed] = match ?? [];
  const number = Number(seed ?? 0);
  if (match === null || !Number.isSafeInteger(number)) throw badTrial(text);
  return {
    ...(variant === '' || variant === 'base' ? {} : { variant }),
    ...(seed === undefined ? {} : { seed: number }),
  };
}

function badTrial(text: string): DualbeatError {
  return new DualbeatError({
    code: 'E_TRIAL',
    where: `--trial ${text}`,
    cause: 'a trial is a variant and, after a colon, a seed.',
    fix: 'write it as --trial single-ed, --trial single-ed:1 or --trial base:1.',
  });
}

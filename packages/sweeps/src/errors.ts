/** @file Coded errors of sweeps. */
import { DualbeatError } from '@dualbeat/core';

export function noSweep(file: string): DualbeatError {
  return new DualbeatError({
    code: 'E_SWEEP_NONE',
    where: file,
    cause: 'the file has neither a sweep nor variants.',
    fix: "add 'variants:' or 'sweep:' to it, or use `npx dualbeat run` for a single trial.",
  });
}

export function sweepTooLarge(file: string, trials: number, most: number): DualbeatError {
  return new DualbeatError({
    code: 'E_SWEEP_SIZE',
    where: file,
    cause: `the sweep would have ${trials} trials; the most is ${most}.`,
    fix: 'leave out values, or set sweep.budget.trials.',
  });
}

export function trialsInvalid(
  file: string,
  total: number,
  faults: readonly string[],
): DualbeatError {
  const shown = faults.slice(0, 10).map((fault) => `\n  ${fault}`);
  const more = faults.length > 10 ? `\n  and ${faults.length - 10} more` : '';
  return new DualbeatError({
    code: 'E_SWEEP_TRIALS',
    where: file,
    cause: `${faults.length} of ${total} trials cannot run:${shown.join('')}${more}`,
    fix: 'correct the values that the messages name; nothing was run.',
  });
}

export function sweepUnknown(folder: string): DualbeatError {
  return new DualbeatError({
    code: 'E_SWEEP_UNKNOWN',
    where: folder,
    cause: 'there is no sweep here that was begun with this file.',
    fix: 'begin it with `npx dualbeat sweep run <file>`.',
  });
}

export function sweepBegun(folder: string, file: string): DualbeatError {
  return new DualbeatError({
    code: 'E_SWEEP_BEGUN',
    where: folder,
    cause: 'this sweep was begun before and is not done.',
    fix: `go on with \`npx dualbeat sweep resume ${file}\`.`,
  });
}

export function sweepBusy(folder: string, error: unknown): DualbeatError {
  return new DualbeatError({
    code: 'E_SWEEP_BUSY',
    where: folder,
    cause: 'another process runs this sweep at this moment.',
    fix: 'look with `npx dualbeat sweep status <file>`, or end that process first.',
    error,
  });
}

export function sweepRecord(file: string, why: string): DualbeatError {
  return new DualbeatError({
    code: 'E_SWEEP_RECORD',
    where: file,
    cause: `the record of the sweep is damaged (${why}).`,
    fix: 'delete the file; what trials have finished stays, in their own folders.',
  });
}

export function strategyUnfit(file: string, strategy: string): DualbeatError {
  return new DualbeatError({
    code: 'E_SWEEP_STRATEGY',
    where: file,
    cause: `the strategy '${strategy}' looks at results, so its later trials cannot be listed beforehand.`,
    fix: 'run it with `npx dualbeat sweep run`; the plan shows its first trials only.',
  });
}

/** @file The exit code that a job's script left behind. */
import { existsSync, readFileSync } from 'node:fs';
import type { LaunchState } from '@dualbeat/core';

/** A shell tells a signal as 128 + its number. */
const signals: { readonly [number: number]: string | undefined } = {
  1: 'SIGHUP',
  3: 'SIGQUIT',
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  24: 'SIGXCPU',
};

/** Null where there is none yet. 130 and 143 stay codes: the job itself ended so, saved. */
export function exitState(file: string): LaunchState | null {
  if (!existsSync(file)) return null;
  const code = Number(readFileSync(file, 'utf8').trim());
  const signal = signals[code - 128];
  return signal === undefined
    ? { state: 'ended', exitCode: code }
    : { state: 'ended', exitCode: null, signal };
}

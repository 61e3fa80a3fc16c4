/** @file Early stopping: a pure function of the watched value and what it was before. */
import type { EarlyStopState } from './progress.ts';

export type Watch = { readonly metric: string; readonly mode: 'min' | 'max' };

/** True where `value` is better than `than`; a value that is no number never is. */
export function better(value: number, than: number | null, mode: 'min' | 'max'): boolean {
  if (Number.isNaN(value)) return false;
  return than === null || (mode === 'min' ? value < than : value > than);
}

export function observeEarlyStop(
  state: EarlyStopState,
  at: { readonly value: number; readonly epoch: number; readonly mode: 'min' | 'max' },
): EarlyStopState {
  return better(at.value, state.best, at.mode)
    ? { best: at.value, bestEpoch: at.epoch, waited: 0 }
    : { ...state, waited: state.waited + 1 };
}

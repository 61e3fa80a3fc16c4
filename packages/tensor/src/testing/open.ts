/** @file The runtimes of this machine, for `describe.each`; without the native one the skip is said aloud. */
import { availableRuntimes } from '../open-runtime.ts';

export const runtimes = await availableRuntimes();
export const hasNative = runtimes.includes('tf');
export const why = hasNative
  ? ''
  : ' (skipped: the native runtime is not installed; run `dualbeat runtime install`)';

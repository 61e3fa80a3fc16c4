/** @file Making a folder of a run. */
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { causeOf, runUnwritable } from './errors.ts';

/** Makes `path` and what is missing above it. Errors: E_RUN_UNWRITABLE. */
export function makeFolder(path: string): void {
  try {
    make(path);
  } catch (error) {
    throw runUnwritable(path, error);
  }
}

/** By hand: on a read-only disk, mkdir with `recursive` says ENOENT, which names no reason. */
function make(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const reason = causeOf(error);
    // A read-only disk may say EROFS, and a system folder EISDIR, for a folder that is there.
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
    if (reason !== 'ENOENT' || dirname(path) === path) throw error;
    make(dirname(path));
    mkdirSync(path);
  }
}

/** @file `dualbeat checkpoint verify`: every byte against the manifest. */
import { join } from 'node:path';
import { readCheckpoint } from '@dualbeat/training';
import { say, sayJson } from '../say.ts';
import { findCheckpoints } from './checkpoint-folder.ts';

/** 0: all are whole; 1: one is not. Errors: those of `findCheckpoints`. */
export function verifyCheckpoints(path: string, flags: { readonly json?: boolean }): number {
  const { store, checkpoints } = findCheckpoints(path);
  const results = checkpoints.map(({ name }) => ({ name, problem: problemOf(join(store, name)) }));
  if (flags.json === true) sayJson(results);
  else for (const { name, problem } of results) say(`${name}  ${problem ?? 'ok'}`);
  return results.every(({ problem }) => problem === null) ? 0 : 1;
}

function problemOf(folder: string): string | null {
  try {
    readCheckpoint(folder);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

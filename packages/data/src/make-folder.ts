/** @file Making a folder, with a coded error. */
import { mkdirSync } from 'node:fs';
import { folderUnwritable } from './errors.ts';

/** Makes `path` and what is missing above it. Errors: E_DATA_FOLDER. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw folderUnwritable(path, error);
  }
}

/** @file Writing a generated folder: all of it or nothing of what was there is touched. */
// oxlint-disable-next-line no-restricted-imports -- a folder that the user asked for, never a run folder
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isCoded } from '@dualbeat/core';
import { folderTaken, folderUnwritable, notAFolder } from './errors.ts';

/** `folder` is missing or empty, else: E_FOLDER_TAKEN. */
export function mustBeEmpty(folder: string): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory()) throw notAFolder(folder);
  const [first] = readdirSync(folder);
  if (first !== undefined) throw folderTaken(folder, first);
}

/** Errors: E_FOLDER_TAKEN, E_FOLDER_UNWRITABLE. */
export function writeFiles(folder: string, files: { readonly [path: string]: string }): void {
  try {
    mustBeEmpty(folder);
    for (const [path, text] of Object.entries(files)) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text, { flag: 'wx' });
    }
  } catch (error) {
    throw isCoded(error) ? error : folderUnwritable(folder, error);
  }
}

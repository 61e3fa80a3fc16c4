/** @file What `new` and `plugins new` say when they are done. */
import { isAbsolute, relative } from 'node:path';
import { say, sayJson } from '../say.ts';

/** `next`: what to type, after `cd <folder>`. */
export function tellWritten(
  folder: string,
  files: { readonly [path: string]: string },
  { json, next }: { readonly json: boolean; readonly next: string },
): number {
  if (json) {
    sayJson({ status: 'written', exitCode: 0, folder, files: Object.keys(files).sort(), next });
    return 0;
  }
  const shown = shownPath(folder);
  for (const path of Object.keys(files).sort()) say(`${shown === '.' ? '' : `${shown}/`}${path}`);
  say('');
  say(`next: ${shown === '.' ? '' : `cd ${shown} && `}${next}`);
  return 0;
}

/** Relative where it is below the working folder. */
function shownPath(folder: string): string {
  const path = relative(process.cwd(), folder);
  if (path === '') return '.';
  return path.startsWith('..') || isAbsolute(path) ? folder : path;
}

/** @file Names of experiments, stages and trials as folder names. */
import { runName } from './errors.ts';

/** `name`, if it is one plain folder name. Errors: E_RUN_NAME. */
export function folderName(what: string, name: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._+=,@-]*$/.test(name) || name.length > 200) {
    throw runName(what, name);
  }
  return name;
}

/** @file Coded errors of the site key. */
import { DualbeatError } from '@dualbeat/core';

export const keyInStore = (file: string) =>
  new DualbeatError({
    code: 'E_KEY_PLACE',
    where: file,
    cause: 'the key file lies inside the store whose ids it protects.',
    fix: 'give a place outside of every store with --key or DUALBEAT_SITE_KEY.',
  });

export const keyMode = (file: string, mode: number) =>
  new DualbeatError({
    code: 'E_KEY_MODE',
    where: file,
    cause: `other users may read the key file (mode ${(mode & 0o777).toString(8)}).`,
    fix: 'run `chmod 600` on it; if others have read it, ids made with it are no secret to them.',
  });

export const keyUnreadable = (file: string, error: unknown) =>
  new DualbeatError({
    code: 'E_KEY_FILE',
    where: file,
    cause: `there is no site key to be read here (${(error as NodeJS.ErrnoException | undefined)?.code ?? 'no line of 64 hex digits'}).`,
    fix: 'restore the file from its copy; a lost key cannot be made anew: new imports get other ids, and nothing can be withdrawn from the old stores.',
    error,
  });

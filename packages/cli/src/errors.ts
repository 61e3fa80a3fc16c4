/** @file Coded errors of the command line itself. */
import { DualbeatError } from '@dualbeat/core';

export function flagInvalid(flag: string, found: string, allowed: string): DualbeatError {
  return new DualbeatError({
    code: 'E_FLAG',
    where: flag,
    cause: `'${found}' is not ${allowed}.`,
    fix: `give ${allowed}; \`npx dualbeat --help\` tells more.`,
  });
}

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

export function sourceUnknown(found: string, known: readonly string[]): DualbeatError {
  return new DualbeatError({
    code: 'E_IMPORT_SOURCE',
    cause: `there is no cohort component "${found}"; there is: ${known.join(', ') || 'none'}.`,
    fix: 'name one of these, or install the plugin that offers it (`dualbeat plugins list --kind cohort`).',
  });
}

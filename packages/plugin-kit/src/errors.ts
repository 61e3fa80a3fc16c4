/** @file Coded errors of the kit: what a check found, and suites that are written wrongly. */
import { closest, DualbeatError } from '@dualbeat/core';

/** What a check found, before the runner says which check and which component it was. */
export class Finding extends Error {
  readonly fix: string;
  constructor(found: string, fix: string) {
    super(found);
    this.name = 'Finding';
    this.fix = fix;
  }
}

/** `where`: check, component, case and runtime: 'finite-outputs, loss "mse" (case raw, on js)'. */
export function notConform(where: string, finding: Finding): DualbeatError {
  return new DualbeatError({
    code: 'E_CONFORMANCE',
    where,
    cause: `${finding.message.replace(/\.$/, '')}.`,
    fix: `${finding.fix}.`,
    error: finding,
  });
}

/** The component threw where it should have worked. */
export function threw(where: string, error: unknown): DualbeatError {
  const message = error instanceof Error ? error.message : String(error);
  return new DualbeatError({
    code: 'E_CONFORMANCE',
    where,
    cause: `it threw: ${message.replace(/\.$/, '')}.`,
    fix: 'let it accept what its contract names; the cause has the stack.',
    error,
  });
}

export function unknownSkip(name: string, known: readonly string[]): DualbeatError {
  const near = closest(name, known);
  return new DualbeatError({
    code: 'E_CONFORMANCE_SKIP',
    where: name,
    cause: `\`skip\` names a check that this suite does not have; it has: ${known.join(', ')}.`,
    fix: near === undefined ? 'name one of these.' : `did you mean "${near}"?`,
  });
}

export function skipWithoutReason(name: string): DualbeatError {
  return new DualbeatError({
    code: 'E_CONFORMANCE_SKIP',
    where: name,
    cause: 'this check is excluded without a reason.',
    fix: "say why: { skip: '...', because: '...' }, best with a link to an issue.",
  });
}

export function noPackage(place: string): DualbeatError {
  return new DualbeatError({
    code: 'E_CONFORMANCE_PLUGIN',
    where: place,
    cause: 'no folder from here upwards has a package.json with a "dualbeat" manifest.',
    fix: 'give import.meta.url of a file of the plugin, its package name, or { components }.',
  });
}

export function noComponent(kind: string, id: string | undefined, has: readonly string[]) {
  return new DualbeatError({
    code: 'E_CONFORMANCE_PLUGIN',
    cause:
      id === undefined
        ? `the plugin does not have exactly one ${kind}; it has: ${has.join(', ') || 'none'}.`
        : `the plugin has no ${kind} "${id}"; it has: ${has.join(', ') || 'none'}.`,
    fix: 'give the `id` of one that it has.',
  });
}

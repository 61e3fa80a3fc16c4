/** @file Coded errors of the launchers. */
import { DualbeatError } from '@dualbeat/core';

export function commandMissing(launcher: string, command: string, error: unknown): DualbeatError {
  return new DualbeatError({
    code: 'E_LAUNCHER_COMMAND',
    cause: `the launcher '${launcher}' needs the command '${command}', which is not here.`,
    fix: "run this on a machine of the cluster, or name another launcher in site.yaml ('local').",
    error,
  });
}

export function commandFailed(launcher: string, command: string, said: string): DualbeatError {
  return new DualbeatError({
    code: 'E_LAUNCHER_FAILED',
    cause: `the launcher '${launcher}': ${command} failed (${said.trim().split('\n').at(-1)?.slice(0, 300) || 'it said nothing'}).`,
    fix: 'correct the launcher options in site.yaml (account, partition, resources), or try again later.',
  });
}

export function answerUnreadable(launcher: string, command: string, answer: string): DualbeatError {
  return new DualbeatError({
    code: 'E_LAUNCHER_ANSWER',
    cause: `the launcher '${launcher}' does not understand the answer of ${command}: ${JSON.stringify(answer.slice(0, 120))}.`,
    fix: 'look at what the command says by hand; its version may be one that was never tried.',
  });
}

export function serviceUnreachable(
  launcher: string,
  address: string,
  error: unknown,
): DualbeatError {
  return new DualbeatError({
    code: 'E_LAUNCHER_UNREACHABLE',
    cause: `the launcher '${launcher}' cannot reach ${address} (${error instanceof Error ? error.message : String(error)}).`,
    fix: 'check the address in site.yaml and that the service runs.',
    error,
  });
}

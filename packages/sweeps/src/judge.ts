/** @file What the end of a job's process means. */
import { existsSync, readFileSync } from 'node:fs';
import type { LaunchState } from '@dualbeat/core';
import type { JobOutcome } from './sweep-folder.ts';

export type Verdict = {
  readonly outcome: JobOutcome;
  readonly reason: string | null;
  /** With 'again': attempts after which it has failed. */
  readonly attempts?: number;
};

/** A machine may be taken back many times; a worker that dies a third time will die a fourth. */
const ofPreemption = 10;
const ofFailure = 3;
export type Facts = {
  /** The run folders hold all that the job was to make. */
  readonly done: boolean;
  /** Why the sweep asked it to end early. */
  readonly stopped: string | null;
  /** The sweep itself is ending. */
  readonly ending: boolean;
};

/** A process that runs no more. */
export type Over = Extract<LaunchState, { readonly state: 'ended' | 'lost' }>;
export function isOver(state: LaunchState): state is Over {
  return state.state === 'ended' || state.state === 'lost';
}

/** Signals by which schedulers take a machine back: the job is tried again. */
const preemptions = new Set(['SIGTERM', 'SIGINT', 'SIGUSR1', 'SIGXCPU']);

/**
 * Exit codes: 0 done; 42 the experiment must be changed: never again; 75, 130 and 143 passing: again; all else failed. What the folders
 * say comes first: a job that finished its work and was killed afterwards is done.
 */
export function judge(state: Over, facts: Facts, log: string): Verdict {
  if (facts.done) return { outcome: 'done', reason: null };
  if (facts.stopped !== null) return { outcome: 'stopped', reason: facts.stopped };
  if (state.state === 'lost')
    return { outcome: 'again', reason: `lost: ${state.reason}`, attempts: ofPreemption };
  const { exitCode, signal, reason } = state;
  const told = reason ?? lastWords(log);
  if (exitCode === 75) {
    return { outcome: 'again', reason: told ?? 'a temporary failure', attempts: ofFailure };
  }
  const preempted = signal !== undefined && preemptions.has(signal);
  if (exitCode === 130 || exitCode === 143 || preempted) {
    const reason = told ?? `ended with ${exitCode ?? signal}`;
    return { outcome: 'again', reason, attempts: ofPreemption };
  }
  if (facts.ending && signal !== undefined)
    return { outcome: 'again', reason: 'the sweep was ended', attempts: ofPreemption };
  const how = signal === undefined ? `exit code ${exitCode}` : signal;
  if (exitCode === 0) {
    const reason =
      'it ended well under other stage ids: code or data changed since the plan was made';
    return { outcome: 'failed', reason };
  }
  return { outcome: 'failed', reason: told === null ? how : `${how}: ${told}` };
}

/** The message of the error that the command printed, else its last line. */
function lastWords(log: string): string | null {
  if (!existsSync(log)) return null;
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  for (const line of lines.toReversed()) {
    try {
      const { status, message } = JSON.parse(line) as { status?: unknown; message?: unknown };
      if (status === 'failed' && typeof message === 'string') return message;
    } catch {
      // an ordinary line
    }
  }
  const coded = lines.findLast((line) => /^E_[A-Z_]+: /.test(line));
  const words = (coded ?? lines.at(-1) ?? '').trim();
  return words === '' ? null : words.slice(0, 500);
}

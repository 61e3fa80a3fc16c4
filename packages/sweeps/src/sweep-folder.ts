/** @file The folder of a sweep, `<root>/<experiment>/sweeps/<id>/`: its plan, the names of its trials, and the journal of its jobs. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isCoded } from '@dualbeat/core';
import type { Named } from '@dualbeat/core';
import { acquireLock, openJournal, readJournal, safeJoin, writeAtomicSync } from '@dualbeat/runs';
import type { Journal, JournalEntry } from '@dualbeat/runs';
import { sweepBusy, sweepRecord, sweepUnknown } from './errors.ts';
import type { PlannedTrial, SweepPlan } from './plan-sweep.ts';

export type JobOutcome = 'done' | 'failed' | 'stopped' | 'again';
/** What the journal says of one job. */
export type JobRecord = {
  readonly state: 'waiting' | 'running' | JobOutcome;
  readonly attempts: number;
  /** Of the launcher; while it runs. */
  readonly handle: string | null;
  readonly reason: string | null;
  /** ms since 1970. */
  readonly began: number | null;
  readonly ended: number | null;
};
export type SweepRecord = {
  readonly trials: readonly PlannedTrial[];
  readonly jobs: Named<JobRecord>;
  /** Time that schedulers have worked on it, ms. */
  readonly workedMs: number;
};

export type SweepFolder = {
  readonly path: string;
  /** Null: it was never begun. Error: E_SWEEP_RECORD. */
  read(): SweepRecord | null;
  /** Locks it and opens its journal. Error: E_SWEEP_BUSY. */
  open(): OpenSweepFolder;
};
export type OpenSweepFolder = {
  readonly path: string;
  /** Adds trials to the plan: those that it has stay. */
  plan(trials: readonly PlannedTrial[], plan: SweepPlan): void;
  readonly journal: Journal;
  logOf(job: string): string;
  close(): void;
};

export function sweepFolder(root: string, experiment: string, id: string): SweepFolder {
  const path = safeJoin(root, experiment, 'sweeps', id);
  const planFile = join(path, 'plan.json');
  const journalFile = join(path, 'journal.jsonl');
  const read = (): SweepRecord | null => {
    if (!existsSync(planFile)) return null;
    let plan: SweepPlan;
    try {
      plan = JSON.parse(readFileSync(planFile, 'utf8')) as SweepPlan;
    } catch (error) {
      throw sweepRecord(planFile, error instanceof Error ? error.message : String(error));
    }
    if (!Array.isArray(plan.trials)) throw sweepRecord(planFile, 'it lists no trials');
    const { entries } = existsSync(journalFile) ? readJournal(journalFile) : { entries: [] };
    return { trials: plan.trials, jobs: jobRecords(entries), workedMs: workedMs(entries) };
  };
  return {
    path,
    read,
    open() {
      mkdirSync(join(path, 'logs'), { recursive: true });
      const lock = lockOf(path);
      const journal = openJournal(journalFile);
      return {
        path,
        journal,
        plan(trials, plan) {
          writeAtomicSync(planFile, `${JSON.stringify({ ...plan, trials }, null, 2)}\n`);
          const names = trials.map(({ name }) => name);
          writeAtomicSync(
            join(path, 'trials.json'),
            `${JSON.stringify({ trials: names }, null, 2)}\n`,
          );
        },
        logOf: (job) => safeJoin(path, 'logs', `${job}.log`),
        close() {
          journal.close();
          lock.release();
        },
      };
    },
  };
}

/** The folder must have been begun. Error: E_SWEEP_UNKNOWN. */
export function recordOf(folder: SweepFolder): SweepRecord {
  const record = folder.read();
  if (record === null) throw sweepUnknown(folder.path);
  return record;
}

function lockOf(path: string): { release(): void } {
  try {
    return acquireLock(path);
  } catch (error) {
    if (isCoded(error) && error.code === 'E_RUN_LOCKED') throw sweepBusy(path, error);
    throw error;
  }
}

const fresh: JobRecord = {
  state: 'waiting',
  attempts: 0,
  handle: null,
  reason: null,
  began: null,
  ended: null,
};

function jobRecords(entries: readonly JournalEntry[]): Named<JobRecord> {
  const jobs: { [id: string]: JobRecord } = {};
  for (const entry of entries) {
    const { job } = entry;
    if (typeof job !== 'string') continue;
    const before = jobs[job] ?? fresh;
    const t = Date.parse(entry.t);
    if (entry.type === 'submitted') {
      const handle = String(entry['handle']);
      jobs[job] = {
        ...before,
        state: 'running',
        attempts: before.attempts + 1,
        handle,
        began: t,
        reason: null,
      };
    } else if (entry.type === 'ended') {
      const reason = typeof entry['reason'] === 'string' ? entry['reason'] : null;
      jobs[job] = {
        ...before,
        state: entry['outcome'] as JobOutcome,
        handle: null,
        reason,
        ended: t,
      };
    } else if (entry.type === 'retry') {
      jobs[job] = { ...before, state: 'waiting', handle: null, reason: null };
    }
  }
  return jobs;
}

/** From each `begin` to the last entry before the next one: a scheduler that was killed wrote no end. */
function workedMs(entries: readonly JournalEntry[]): number {
  let sum = 0;
  let from: number | null = null;
  let last = 0;
  for (const { type, t } of entries) {
    const time = Date.parse(t);
    if (type === 'begin') {
      if (from !== null) sum += last - from;
      from = time;
    }
    last = time;
  }
  return from === null ? 0 : sum + (last - from);
}

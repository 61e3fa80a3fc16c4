/** @file Trials as jobs: a stage that several trials need is a job of its own, run once; the rest of each trial is another. */
import type { Named } from '@dualbeat/core';
import type { PlannedTrial } from './plan-sweep.ts';

export type SweepJob = {
  /** 'stage-<name>-<id>' or 'trial-<trial>'. */
  readonly id: string;
  readonly kind: 'stage' | 'trial';
  /** The trial whose resolved experiment it runs. */
  readonly trial: string;
  /** Up to and with this stage; null: to the trial's report. */
  readonly stage: string | null;
  /** Ids of stages that this job computes where they are not done. */
  readonly computes: readonly string[];
  /** Jobs that must be done first. */
  readonly after: readonly string[];
};

/** In an order in which every job comes after those that it waits for. Expects each trial's stages in the order in which they run. */
export function jobsOf(trials: readonly PlannedTrial[]): readonly SweepJob[] {
  const users = new Map<string, number>();
  for (const { stages } of trials) {
    for (const id of Object.values(stages)) users.set(id, (users.get(id) ?? 0) + 1);
  }
  const isShared = (id: string): boolean => (users.get(id) ?? 0) > 1;
  const shared = new Map<string, SweepJob>();
  const own: SweepJob[] = [];
  for (const { name: trial, stages, needs } of trials) {
    const all = Object.entries(stages);
    // A stage that another trial shares starts from stages that it shares as well: ids cover what a stage starts from.
    for (const [stage, id] of all.filter(([, of]) => isShared(of))) {
      if (shared.has(id)) continue;
      const after = (needs[stage] ?? []).map((need) => jobId(need, stages[need] as string));
      shared.set(id, { id: jobId(stage, id), kind: 'stage', trial, stage, computes: [id], after });
    }
    const after = all.filter(([, id]) => isShared(id)).map(([stage, id]) => jobId(stage, id));
    const computes = all.filter(([, id]) => !isShared(id)).map(([, id]) => id);
    own.push({ id: `trial-${trial}`, kind: 'trial', trial, stage: null, computes, after });
  }
  return [...shared.values(), ...own];
}

const jobId = (name: string, id: string): string => `stage-${name}-${id}`;

/** What can start now. A job whose forerunner failed can never. */
export function readyJobs(
  jobs: readonly SweepJob[],
  states: Named<'waiting' | 'running' | 'done' | 'failed'>,
): readonly SweepJob[] {
  return jobs.filter(
    (job) => states[job.id] === 'waiting' && job.after.every((other) => states[other] === 'done'),
  );
}

/** Jobs that wait for one that failed. */
export function blockedJobs(
  jobs: readonly SweepJob[],
  states: Named<'waiting' | 'running' | 'done' | 'failed'>,
): readonly SweepJob[] {
  return jobs.filter(
    (job) => states[job.id] === 'waiting' && job.after.some((other) => states[other] === 'failed'),
  );
}

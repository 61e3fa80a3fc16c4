/** @file Runs a sweep's jobs through a launcher: what is ready is submitted, what ends is judged, and all of it is journalled. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { at } from '@dualbeat/core';
import type { Launcher, LaunchJob, LaunchState, Named, Sweep } from '@dualbeat/core';
import { inspectStageFolder } from '@dualbeat/runs';
import { curveOf } from './curves.ts';
import { whyStop } from './early-stop.ts';
import { isOver, judge } from './judge.ts';
import type { Verdict } from './judge.ts';
import { jobCommand } from './job-command.ts';
import type { CommandFrom } from './job-command.ts';
import { blockedJobs, jobsOf, readyJobs } from './jobs.ts';
import type { SweepJob } from './jobs.ts';
import type { PlannedTrial, SweepPlan } from './plan-sweep.ts';
import type { JobRecord, OpenSweepFolder, SweepRecord } from './sweep-folder.ts';

export type FailurePolicy =
  { readonly use: 'continue' } | { readonly use: 'stop'; readonly after: number };
export type SchedulerOptions = {
  readonly plan: SweepPlan;
  readonly sweep: Sweep;
  readonly folder: OpenSweepFolder;
  readonly record: SweepRecord;
  readonly launcher: Launcher;
  readonly command: CommandFrom;
  readonly resources: {
    readonly cpus: number;
    readonly memoryBytes?: number;
    readonly devices?: number;
  };
  readonly onFailure: FailurePolicy;
  /** Asked each round: true ends all jobs, saved. */
  readonly stopRequested: () => boolean;
  /** Further trials of a search, once jobs can be taken; empty: there are none now. */
  readonly propose?: (state: SweepState) => Promise<readonly PlannedTrial[]>;
  readonly sleep: (ms: number) => Promise<unknown>;
  readonly now: () => number;
  readonly on?: (state: SweepState) => void;
};
export type SweepState = {
  readonly trials: readonly PlannedTrial[];
  readonly jobs: readonly SweepJob[];
  readonly records: Named<JobRecord>;
};
export type SweepEnd = {
  readonly how: 'done' | 'interrupted' | 'stopped' | 'budget';
  readonly state: SweepState;
};

/** Ms between two looks at the launcher. */
const pause = 300;
const fresh: JobRecord = {
  state: 'waiting',
  attempts: 0,
  handle: null,
  reason: null,
  began: null,
  ended: null,
};

/**
 * Runs until every job is done or has failed, a stop is requested, the failure policy says so, or the hours are used up.
 * Whether a job is done is told by the run folders, never by this process's memory: killed anywhere and started anew it goes on.
 */
export async function runJobs(options: SchedulerOptions): Promise<SweepEnd> {
  const { folder, launcher, now } = options;
  let trials = options.record.trials;
  let jobs = jobsOf(trials);
  const records: { [job: string]: JobRecord } = {};
  const set = (job: string, change: Partial<JobRecord>): void => {
    records[job] = { ...(records[job] ?? fresh), ...change };
  };
  const stopping = new Map<string, string>();
  const nextTry = new Map<string, number>();
  let ending: SweepEnd['how'] | null = null;
  let asked = false;

  const adopt = (): void => {
    for (const job of jobs) {
      if (records[job.id] !== undefined) continue;
      const found = options.record.jobs[job.id] ?? fresh;
      const open = found.state === 'again' ? 'waiting' : found.state;
      records[job.id] = {
        ...found,
        state: isDone(job, options) ? 'done' : open === 'done' ? 'waiting' : open,
      };
    }
  };
  const end = (job: SweepJob, { outcome, reason }: Verdict): void => {
    folder.journal.append('ended', {
      job: job.id,
      outcome,
      ...(reason === null ? {} : { reason }),
    });
    folder.journal.sync();
    const again = outcome === 'again';
    if (again)
      nextTry.set(job.id, now() + Math.min(1000 * 2 ** at(records, job.id).attempts, 60_000));
    set(job.id, { state: again ? 'waiting' : outcome, handle: null, reason, ended: now() });
  };
  const stateNow = (): SweepState => ({ trials, jobs, records: { ...records } });

  adopt();
  folder.journal.append('begin', { pid: process.pid, trials: trials.length, jobs: jobs.length });
  const began = now();
  for (;;) {
    const running = jobs.filter(({ id }) => records[id]?.state === 'running');
    const states = await launcher.poll(running.map(({ id }) => at(records, id).handle as string));
    for (const job of running) {
      const found: LaunchState = states[at(records, job.id).handle as string] ?? {
        state: 'lost',
        reason: 'the launcher does not know it',
      };
      if (!isOver(found)) continue;
      const facts = {
        done: isDone(job, options),
        stopped: stopping.get(job.id) ?? null,
        ending: ending !== null,
      };
      const verdict = judge(found, facts, folder.logOf(job.id));
      const { attempts } = at(records, job.id);
      const tired = ending === null && attempts >= (verdict.attempts ?? Infinity);
      const reason = `${verdict.reason} (${attempts} times)`;
      end(job, tired ? { outcome: 'failed', reason } : verdict);
    }
    for (const job of blockedJobs(jobs, simple(records))) {
      end(job, {
        outcome: 'failed',
        reason: `needs ${job.after.find((id) => records[id]?.state === 'failed')}, which failed`,
      });
    }

    ending ??= whyEnd(options, records, options.record.workedMs + now() - began);
    const busy = jobs.filter(({ id }) => records[id]?.state === 'running');
    if (ending !== null) {
      if (busy.length === 0) break;
      if (!asked)
        await Promise.all(busy.map(({ id }) => launcher.cancel(at(records, id).handle as string)));
      asked = true;
    } else {
      await stopLaggards(options, trials, busy, records, stopping);
      const ready = readyJobs(jobs, simple(records)).filter(
        ({ id }) => (nextTry.get(id) ?? 0) <= now(),
      );
      const next = ready.slice(0, Math.max(0, launcher.slots - busy.length));
      const launched = next.map((job) => launchJob(job, trials, options));
      const handles = next.length === 0 ? [] : await launcher.submit(launched);
      next.forEach((job, i) => {
        const handle = handles[i] as string;
        folder.journal.append('submitted', { job: job.id, handle });
        const { attempts } = at(records, job.id);
        const change = { handle, attempts: attempts + 1, began: now(), reason: null };
        set(job.id, { state: 'running', ...change });
      });
      if (next.length > 0) folder.journal.sync();
      if (ready.length === 0 && busy.length < launcher.slots && options.propose !== undefined) {
        const more = await options.propose(stateNow());
        if (more.length > 0) {
          trials = [...trials, ...more];
          folder.plan(trials, options.plan);
          jobs = jobsOf(trials);
          adopt();
          continue;
        }
      }
      const open = jobs.some(
        ({ id }) => records[id]?.state === 'waiting' || records[id]?.state === 'running',
      );
      if (!open) {
        ending = 'done';
        break;
      }
    }
    options.on?.(stateNow());
    await options.sleep(pause);
  }
  folder.journal.append('end', { how: ending });
  options.on?.(stateNow());
  return { how: ending, state: stateNow() };
}

function launchJob(
  job: SweepJob,
  trials: readonly PlannedTrial[],
  { command, folder, plan, resources }: SchedulerOptions,
): LaunchJob {
  const trial = trials.find(({ name }) => name === job.trial) as PlannedTrial;
  return {
    id: job.id,
    command: jobCommand(job, trial, command),
    cwd: folder.path,
    env: { DUALBEAT_SWEEP: plan.id },
    log: folder.logOf(job.id),
    resources,
  };
}

/** The run folders say so. */
function isDone(job: SweepJob, { plan, command, record }: SchedulerOptions): boolean {
  const names = new Map(Object.entries(plan.stages).map(([id, { name }]) => [id, name]));
  for (const trial of record.trials)
    for (const [name, id] of Object.entries(trial.stages)) names.set(id, name);
  const finished = (id: string): boolean =>
    inspectStageFolder(command.runsRoot, plan.experiment, names.get(id) ?? '', id) === 'finished';
  if (job.stage !== null) return job.computes.every(finished);
  const report = join(command.runsRoot, plan.experiment, 'trials', job.trial, 'report.html');
  return job.computes.every(finished) && existsSync(report);
}

function simple(records: Named<JobRecord>): Named<'waiting' | 'running' | 'done' | 'failed'> {
  return Object.fromEntries(
    Object.entries(records).map(([id, { state }]) => [
      id,
      state === 'stopped' || state === 'done' ? 'done' : state === 'again' ? 'waiting' : state,
    ]),
  );
}

function whyEnd(
  options: SchedulerOptions,
  records: Named<JobRecord>,
  workedMs: number,
): SweepEnd['how'] | null {
  if (options.stopRequested()) return 'interrupted';
  const failed = Object.values(records).filter(({ state }) => state === 'failed').length;
  if (options.onFailure.use === 'stop' && failed >= options.onFailure.after) return 'stopped';
  const hours = options.sweep.budget?.hours;
  return hours !== undefined && workedMs >= hours * 3_600_000 ? 'budget' : null;
}

/** Asks trials to end that fall behind the others of their seed. */
async function stopLaggards(
  { sweep, plan, command, launcher }: SchedulerOptions,
  trials: readonly PlannedTrial[],
  busy: readonly SweepJob[],
  records: Named<JobRecord>,
  stopping: Map<string, string>,
): Promise<void> {
  const rule = sweep.earlyStop;
  if (rule === undefined) return;
  const curve = (trial: PlannedTrial) =>
    curveOf(command.runsRoot, plan.experiment, trial, rule.metric);
  for (const job of busy.filter(({ kind, id }) => kind === 'trial' && !stopping.has(id))) {
    const own = trials.find(({ name }) => name === job.trial) as PlannedTrial;
    const others = trials.filter(({ name, seed }) => name !== own.name && seed === own.seed);
    const curves = Object.fromEntries(others.map((trial) => [trial.name, curve(trial)]));
    const why = whyStop(rule, curve(own), curves);
    if (why === null) continue;
    stopping.set(job.id, why);
    await launcher.cancel(at(records, job.id).handle as string);
  }
}

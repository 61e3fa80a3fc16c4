/** @file A sweep from its file to its last trial: plan, go on where it stood, run, tell. */
import { alwaysPlugins, openSweepExperiment } from './open-sweep.ts';
import type { Launcher } from '@dualbeat/core';
import { sweepBegun } from './errors.ts';
import { planSweep, sweepOf } from './plan-sweep.ts';
import type { SweepPlan } from './plan-sweep.ts';
import { proposer } from './propose.ts';
import { runJobs } from './scheduler.ts';
import type { FailurePolicy, SchedulerOptions, SweepEnd, SweepState } from './scheduler.ts';
import { recordOf, sweepFolder } from './sweep-folder.ts';
import type { SweepRecord } from './sweep-folder.ts';

export type SweepOptions = {
  readonly file: string;
  readonly sets?: readonly string[];
  /** Absolute. */
  readonly runsRoot: string;
  readonly launcher: Launcher;
  /** 'run' begins, or goes on with a sweep that has finished jobs only; 'resume' goes on; 'retry' runs failed jobs once more. */
  readonly mode: 'run' | 'resume' | 'retry';
  readonly program: readonly string[];
  readonly resources: SchedulerOptions['resources'];
  readonly onFailure: FailurePolicy;
  readonly stopRequested: () => boolean;
  readonly sleep: SchedulerOptions['sleep'];
  readonly now: () => number;
  readonly onPlan?: (plan: SweepPlan, before: SweepRecord | null) => void;
  readonly on?: (state: SweepState) => void;
};

/** Errors: those of the plan (before anything runs), E_SWEEP_BEGUN, E_SWEEP_UNKNOWN, E_SWEEP_BUSY. */
export async function runSweep(
  options: SweepOptions,
): Promise<SweepEnd & { readonly plan: SweepPlan; readonly folder: string }> {
  const { file, sets = [], runsRoot, mode } = options;
  const opened = await openSweepExperiment(file, sets);
  try {
    const plan = await planSweep(opened, sets);
    const folder = sweepFolder(runsRoot, plan.experiment, plan.id);
    const before = mode === 'run' ? folder.read() : recordOf(folder);
    if (mode === 'run' && before !== null && !isOver(before)) throw sweepBegun(folder.path, file);
    options.onPlan?.(plan, before);
    const open = folder.open();
    try {
      const old = (before?.trials ?? []).filter(
        ({ name }) => plan.adaptive && !plan.trials.some((trial) => trial.name === name),
      );
      open.plan([...plan.trials, ...old], plan);
      if (mode === 'retry') {
        for (const [job, { state }] of Object.entries(before?.jobs ?? {})) {
          if (state === 'failed') open.journal.append('retry', { job });
        }
      }
      const record = recordOf(folder);
      const sweep = sweepOf(opened);
      const propose = plan.adaptive ? await proposer(opened, sweep, options) : undefined;
      const command = { program: options.program, file: opened.file, sets, runsRoot };
      const end = await runJobs({
        ...options,
        plan,
        sweep,
        folder: open,
        record,
        command,
        ...(propose === undefined ? {} : { propose }),
      });
      return { ...end, plan, folder: folder.path };
    } finally {
      open.close();
    }
  } finally {
    opened.close();
  }
}

function isOver({ jobs }: SweepRecord): boolean {
  return Object.values(jobs).every(({ state }) => state === 'done' || state === 'stopped');
}

export { alwaysPlugins };

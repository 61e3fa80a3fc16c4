/** @file The command line of a job: `dualbeat run` of its trial, to its report or to one stage. */
import type { PlannedTrial } from './plan-sweep.ts';
import type { SweepJob } from './jobs.ts';

export type CommandFrom = {
  /** Node and the program: ['node', 'dualbeat.js']. */
  readonly program: readonly string[];
  readonly file: string;
  readonly sets: readonly string[];
  /** Absolute. */
  readonly runsRoot: string;
};

export function jobCommand(
  job: SweepJob,
  trial: PlannedTrial,
  from: CommandFrom,
): readonly string[] {
  const values = Object.entries(trial.values).map(
    ([path, value]) => `${path}=${JSON.stringify(value)}`,
  );
  return [
    ...from.program,
    'run',
    from.file,
    ...from.sets.flatMap((set) => ['--set', set]),
    ...(trial.variant === null ? [] : ['--variant', trial.variant]),
    ...['--seed', String(trial.seed)],
    ...values.flatMap((set) => ['--set', set]),
    ...(job.stage === null ? [] : ['--until', job.stage]),
    ...['--runs-root', from.runsRoot, '--resume', '--quiet', '--json'],
  ];
}

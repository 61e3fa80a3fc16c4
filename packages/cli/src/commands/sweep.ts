/** @file `dualbeat sweep plan | run | resume | retry | status | cancel`. */
import { relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  cancelSweep,
  openLauncher,
  openSweepExperiment,
  planSweep,
  readSite,
  recordOf,
  runSweep,
  sweepFolder,
} from '@dualbeat/sweeps';
import type { FailurePolicy, SweepOptions, SweepPlan, SweepState } from '@dualbeat/sweeps';
import { startSender } from '@dualbeat/tracking';
import { flagInvalid } from '../errors.ts';
import { say, sayJson } from '../say.ts';
import { openSweepTable } from '../progress/sweep-table.ts';

export type SweepFlags = {
  readonly set: readonly string[];
  readonly runsRoot: string;
  readonly json?: boolean;
  readonly site?: string;
  readonly slots?: string;
  readonly onFailure?: string;
  readonly quiet?: boolean;
};

export const sweepCommands = {
  plan,
  run: (file: string, flags: SweepFlags) => execute(file, flags, 'run'),
  resume: (file: string, flags: SweepFlags) => execute(file, flags, 'resume'),
  retry: (file: string, flags: SweepFlags) => execute(file, flags, 'retry'),
  status,
  cancel,
};

async function planned(file: string, { set }: SweepFlags): Promise<SweepPlan> {
  const opened = await openSweepExperiment(file, set);
  try {
    return await planSweep(opened, set);
  } finally {
    opened.close();
  }
}

async function plan(file: string, flags: SweepFlags): Promise<number> {
  const found = await planned(file, flags);
  if (flags.json === true) {
    sayJson(found);
    return 0;
  }
  for (const { name, values, parameters } of found.trials) {
    const set = Object.entries(values).map(([path, value]) => `${path}=${JSON.stringify(value)}`);
    say(`${name}  ${parameters} parameters${set.length === 0 ? '' : `  ${set.join(' ')}`}`);
  }
  const stages = Object.values(found.stages);
  const uses = stages.reduce((sum, { trials }) => sum + trials, 0);
  say(
    `${found.trials.length} trials${found.adaptive ? ' to begin with, further ones by their results' : ''}; ` +
      `${stages.length} stages to run where ${uses} are used.`,
  );
  return 0;
}

async function execute(
  file: string,
  flags: SweepFlags,
  mode: SweepOptions['mode'],
): Promise<number> {
  const cwd = process.cwd();
  const found = readSite({
    cwd,
    ...(flags.site === undefined ? {} : { file: resolve(flags.site) }),
  });
  const { site } = found;
  const options =
    flags.slots === undefined
      ? site.launcher.options
      : { ...site.launcher.options, slots: countOf('--slots', flags.slots) };
  const withSlots = { ...found, site: { ...site, launcher: { ...site.launcher, options } } };
  const onFailure = policyOf(flags.onFailure ?? 'continue');
  const opened = await openLauncher(withSlots, cwd);
  const table = openSweepTable({
    quiet: flags.quiet === true || flags.json === true,
    out: process.stderr,
  });
  const runsRoot = resolve(flags.runsRoot);
  let stop = false;
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const onSignal = (): void => {
    if (stop) process.exit(143); // the second one
    stop = true;
  };
  for (const signal of signals) process.on(signal, onSignal);
  const env = { ...process.env };
  if (site.tracker.uri !== undefined) env['MLFLOW_TRACKING_URI'] ??= site.tracker.uri;
  try {
    const { memoryGiB, devices, cpus } = site.resources;
    const end = await runSweep({
      file,
      sets: flags.set,
      runsRoot,
      launcher: opened.launcher,
      mode,
      program: [process.execPath, ...process.execArgv, process.argv[1] as string],
      resources: {
        cpus,
        ...(memoryGiB === undefined ? {} : { memoryBytes: memoryGiB * 2 ** 30 }),
        ...(devices === undefined ? {} : { devices }),
      },
      onFailure,
      stopRequested: () => stop,
      sleep,
      now: () => performance.now(),
      onPlan: ({ experiment }) => void startSender({ runsRoot, experiment, env }),
      on: (state) => table.show(state),
    });
    table.close();
    const counts = countsOf(end.state);
    if (flags.json === true)
      sayJson({ how: end.how, ...counts, failures: failuresOf(end.state), folder: end.folder });
    else {
      for (const { trial, reason } of failuresOf(end.state)) say(`failed: ${trial}: ${reason}`);
      say(
        `${counts.done} done, ${counts.stopped} ended early, ${counts.failed} failed, ${counts.open} open of ${end.state.trials.length} trials.`,
      );
      if (counts.open > 0) say(`Go on with: npx dualbeat sweep resume ${file}`);
      say(`Sweep: ${relative(cwd, end.folder)}`);
    }
    if (end.how === 'interrupted') return 143;
    if (end.how === 'budget') return 75;
    return counts.failed > 0 ? 1 : 0;
  } finally {
    table.close();
    for (const signal of signals) process.off(signal, onSignal);
    await opened.close();
  }
}

async function status(file: string, flags: SweepFlags): Promise<number> {
  const found = await planned(file, flags);
  const folder = sweepFolder(resolve(flags.runsRoot), found.experiment, found.id);
  const record = recordOf(folder);
  const rows = record.trials.map(({ name }) => {
    const job = record.jobs[`trial-${name}`];
    const inPlan = found.adaptive || found.trials.some((trial) => trial.name === name);
    return {
      trial: name,
      state: job?.state ?? 'waiting',
      attempts: job?.attempts ?? 0,
      reason: job?.reason ?? null,
      inPlan,
    };
  });
  const fresh = found.trials.filter(
    ({ name }) => !record.trials.some((trial) => trial.name === name),
  );
  if (flags.json === true) sayJson({ trials: rows, new: fresh.map(({ name }) => name) });
  else {
    for (const { trial, state, reason, inPlan } of rows) {
      say(
        `${trial}  ${state}${reason === null ? '' : `  ${reason}`}${inPlan ? '' : '  (no longer in the plan)'}`,
      );
    }
    for (const { name } of fresh) say(`${name}  new`);
  }
  return 0;
}

async function cancel(file: string, flags: SweepFlags): Promise<number> {
  const found = await planned(file, flags);
  const { path } = sweepFolder(resolve(flags.runsRoot), found.experiment, found.id);
  const cancelled = cancelSweep(path);
  if (flags.json === true) sayJson({ cancelled });
  else say(cancelled ? 'Asked to end; its jobs save.' : 'Nobody runs this sweep.');
  return 0;
}

function countsOf({ trials, records }: SweepState): {
  done: number;
  stopped: number;
  failed: number;
  open: number;
} {
  const states = trials.map(({ name }) => records[`trial-${name}`]?.state ?? 'waiting');
  const count = (state: string): number => states.filter((found) => found === state).length;
  const [done, stopped, failed] = [count('done'), count('stopped'), count('failed')];
  return { done, stopped, failed, open: states.length - done - stopped - failed };
}

function failuresOf({ jobs, records }: SweepState): { trial: string; reason: string }[] {
  return jobs.flatMap(({ id }) => {
    const record = records[id];
    return record?.state === 'failed' ? [{ trial: id, reason: record.reason ?? 'unknown' }] : [];
  });
}

function policyOf(text: string): FailurePolicy {
  if (text === 'continue') return { use: 'continue' };
  if (text === 'stop') return { use: 'stop', after: 1 };
  const after = /^stop-after:(\d+)$/.exec(text)?.[1];
  if (after === undefined || Number(after) < 1) {
    throw flagInvalid('--on-failure', text, "'continue', 'stop' or 'stop-after:<n>'");
  }
  return { use: 'stop', after: Number(after) };
}

function countOf(flag: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw flagInvalid(flag, text, 'a whole number from 1');
  return count;
}

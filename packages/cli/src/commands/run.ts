/** @file `dualbeat run`. */
import { relative, resolve } from 'node:path';
import type { MetricValue, Named } from '@dualbeat/core';
import { runExperiment } from '@dualbeat/experiment';
import type { RunPlan } from '@dualbeat/experiment';
import { startSender } from '@dualbeat/tracking';
import { openProgress } from '../progress/progress.ts';
import { printTables } from '../print-tables.ts';
import { say, sayJson } from '../say.ts';

export type RunFlags = {
  readonly set: readonly string[];
  readonly variant?: string;
  readonly seed?: number;
  readonly smoke?: boolean;
  readonly until?: string;
  readonly resume?: boolean;
  readonly restart?: boolean;
  readonly eager?: boolean;
  readonly allowLeak?: boolean;
  readonly runsRoot: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
};

export async function run(file: string, flags: RunFlags): Promise<number> {
  const progress = openProgress({ quiet: flags.quiet === true, out: process.stderr });
  try {
    const result = await runExperiment({
      file,
      set: flags.set,
      ...(flags.variant === undefined ? {} : { variant: flags.variant }),
      ...(flags.seed === undefined ? {} : { seed: flags.seed }),
      smoke: flags.smoke === true,
      ...(flags.until === undefined ? {} : { until: flags.until }),
      mode: flags.restart === true ? 'restart' : flags.resume === true ? 'resume' : 'new',
      runsRoot: flags.runsRoot,
      eager: flags.eager === true,
      allowLeak: flags.allowLeak === true,
      command: commandLine(file, flags),
      on: (update) => {
        if (update.kind === 'planned' && flags.smoke !== true) send(flags, update.plan);
        progress.hear(update);
      },
    });
    progress.close();
    if (flags.json === true) {
      const { exitCode, ...told } = result;
      sayJson({ ...told, exitCode });
    } else if (result.status === 'interrupted') {
      say(`Interrupted and saved. Go on with: ${commandLine(file, flags)} --resume`);
    } else {
      if (result.alreadyFinished) say('This experiment is finished already; nothing was run.');
      printResult(result.metrics);
      say(`Report: ${relative(process.cwd(), result.report)}`);
    }
    return result.exitCode;
  } finally {
    progress.close();
  }
}

/** To MLflow, where a server is named: a process of its own, which the run never waits for. */
function send({ runsRoot }: RunFlags, { spec }: RunPlan): void {
  if (process.env['DUALBEAT_SWEEP'] !== undefined) return; // the sweep has one
  startSender({ runsRoot: resolve(runsRoot), experiment: spec.resolved.name });
}

/** The command as it can be typed again, without --resume and --restart. */
function commandLine(file: string, flags: RunFlags): string {
  const { set, variant, seed, smoke, runsRoot, eager } = flags;
  const words = ['npx dualbeat run', quoted(file)];
  for (const one of set) words.push('--set', quoted(one));
  if (variant !== undefined) words.push('--variant', quoted(variant));
  if (seed !== undefined) words.push('--seed', String(seed));
  if (smoke === true) words.push('--smoke');
  if (runsRoot !== 'runs') words.push('--runs-root', quoted(runsRoot));
  if (eager === true) words.push('--eager');
  return words.join(' ');
}

function quoted(word: string): string {
  return /^[\w./=:@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function printResult(metrics: Named<MetricValue>): void {
  if (Object.keys(metrics).length > 0) printTables(metrics);
}

/** @file `dualbeat run`. */
import { relative } from 'node:path';
import type { MetricValue, Named } from '@dualbeat/core';
import { runExperiment } from '@dualbeat/experiment';
import { openProgress } from '../progress/progress.ts';
import { printTables } from '../print-tables.ts';

export type RunFlags = {
  readonly set: readonly string[];
  readonly resume?: boolean;
  readonly restart?: boolean;
  readonly eager?: boolean;
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
      mode: flags.restart === true ? 'restart' : flags.resume === true ? 'resume' : 'new',
      runsRoot: flags.runsRoot,
      eager: flags.eager === true,
      command: commandLine(file, flags),
      on: (update) => progress.hear(update),
    });
    progress.close();
    if (flags.json === true) {
      const { exitCode, ...told } = result;
      process.stdout.write(`${JSON.stringify({ ...told, exitCode })}\n`);
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

/** The command as it can be typed again, without --resume and --restart. */
function commandLine(file: string, { set, runsRoot, eager }: RunFlags): string {
  const words = ['npx dualbeat run', quoted(file)];
  for (const one of set) words.push('--set', quoted(one));
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

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

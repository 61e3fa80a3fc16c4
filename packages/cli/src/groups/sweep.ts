/** @file `dualbeat sweep ...`. */
import type { Command } from 'commander';
import type { SweepFlags } from '../commands/sweep.ts';
import type { Done } from './group.ts';

export function addSweep(program: Command, done: Done): void {
  const sweep = program
    .command('sweep')
    .description('the variants and the sweep of an experiment file, as many trials');
  const command = (name: string, description: string): Command =>
    sweep
      .command(`${name} <file>`)
      .description(description)
      .option('--set <path=value>', 'replace one value in all trials (repeatable)', gather, [])
      .option('--runs-root <folder>', 'where run folders are made', 'runs')
      .option('--json', 'print as JSON');
  const running = (name: string, description: string): Command =>
    command(name, description)
      .option('--site <file>', 'site.yaml: launcher, resources, tracker')
      .option('--slots <n>', 'jobs at once (local launcher)')
      .option('--on-failure <policy>', 'continue, stop, or stop-after:<n>', 'continue')
      .option('--quiet', 'no table');
  const act = (name: keyof typeof import('../commands/sweep.ts').sweepCommands) => {
    return async (file: string, flags: SweepFlags) => {
      const { sweepCommands } = await import('../commands/sweep.ts');
      done(await sweepCommands[name](file, flags));
    };
  };
  command('plan', 'list every trial, validated; nothing is run').action(act('plan'));
  running('run', 'run all trials; what they share is run once').action(act('run'));
  running('resume', 'go on with a sweep').action(act('resume'));
  running('retry', 'run failed trials once more')
    .requiredOption('--failed', 'those that failed')
    .action(act('retry'));
  command('status', 'what is done, failed, in flight').action(act('status'));
  command('cancel', 'end a sweep that runs here; its jobs save').action(act('cancel'));
}

function gather(value: string, before: string[]): string[] {
  return [...before, value];
}

/** @file `dualbeat run`. */
import { Option } from 'commander';
import type { Command } from 'commander';
import type { RunFlags } from '../commands/run.ts';
import { gather, notEmpty, seed } from './group.ts';
import type { Done } from './group.ts';

export function addRun(program: Command, done: Done): void {
  program
    .command('run <file>')
    .description('run an experiment to its report')
    .option('--set <path=value>', 'replace one value (repeatable); null drops it', gather, [])
    .option('--variant <name>', 'run this variant of the experiment', notEmpty)
    .option('--seed <n>', 'run with this seed', seed)
    .option('--until <stage>', 'end after this stage and those that it needs, without a report')
    .option('--smoke', 'two steps of everything on few records: does it work at all')
    .addOption(new Option('--resume', 'go on with an unfinished run').conflicts('restart'))
    .option('--restart', 'keep an old run aside and start anew')
    .option(
      '--eager',
      'run uncompiled: slower, but values can be read and stacks point into the code',
    )
    .option('--runs-root <folder>', 'where run folders are made', notEmpty, 'runs')
    .option(
      '--allow-leak',
      'evaluate also on subjects that the model was fitted on; metrics and report say so',
    )
    .option('--json', 'print the result as one line of JSON')
    .option('--quiet', 'no progress')
    .action(async (file: string, options: RunFlags) => {
      const { run } = await import('../commands/run.ts');
      done(await run(file, options));
    });
}

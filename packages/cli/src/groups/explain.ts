/** @file `dualbeat explain`. */
import type { Command } from 'commander';
import type { ExplainFlags } from '../commands/explain.ts';
import { gather, notEmpty } from './group.ts';
import type { Done } from './group.ts';

export function addExplain(program: Command, done: Done): void {
  program
    .command('explain <file>')
    .description('show the resolved experiment, where each value comes from, and what would run')
    .option('--set <path=value>', 'replace one value (repeatable); null drops it', gather, [])
    .option('--trial <variant[:seed]>', 'of this trial; base is the file as it stands', notEmpty)
    .option('--json', 'print as JSON')
    .action(async (file: string, options: ExplainFlags) => {
      const { explain } = await import('../commands/explain.ts');
      done(await explain(file, options));
    });
}

/** @file `dualbeat schema`. */
import type { Command } from 'commander';
import type { SchemaFlags } from '../commands/schema.ts';
import type { Done } from './group.ts';

export function addSchema(program: Command, done: Done): void {
  program
    .command('schema')
    .description(
      'print the JSON Schema of experiment files, with the options of all installed components',
    )
    .option('--out <file>', 'write it to a file, for the YAML language server of an editor')
    .option('--json', 'with --out: print what was written as one line of JSON')
    .action(async (options: SchemaFlags) => {
      const { schema } = await import('../commands/schema.ts');
      done(await schema(options));
    });
}

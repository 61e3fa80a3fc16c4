/** @file `dualbeat new`. */
import type { Command } from 'commander';
import type { NewStudyFlags } from '../commands/new-study.ts';
import type { Done } from './group.ts';

export function addNew(program: Command, done: Done): void {
  program
    .command('new <study>')
    .description('make a study folder: package.json, a first experiment, a place for plugins')
    .option('--packages <folder>', 'folder of the packed packages (npm run pack)')
    .option('--json', 'print what was written as one line of JSON')
    .action(async (study: string, options: NewStudyFlags) => {
      const { newStudy } = await import('../commands/new-study.ts');
      done(await newStudy(study, options));
    });
}

/** @file `dualbeat data ...`. */
import type { Command } from 'commander';
import type { DownloadFlags } from '../commands/data-download.ts';
import type { ImportFlags } from '../commands/data-import.ts';
import type { InspectFlags } from '../commands/data-inspect.ts';
import type { MergeFlags } from '../commands/data-merge.ts';
import type { SplitFlags } from '../commands/data-split.ts';
import type { VerifyFlags } from '../commands/data-verify.ts';
import type { WithdrawFlags } from '../commands/data-withdraw.ts';
import { gather } from './group.ts';
import type { Done } from './group.ts';

const keyHelp =
  'the site key that ids are hashed with; else DUALBEAT_SITE_KEY or the user configuration';

export function addData(program: Command, done: Done): void {
  const data = program.command('data').description('cohort stores and data sets');
  data
    .command('import <source>')
    .description('read any cohort (files, synthetic, ...) into a store; run again, it goes on')
    .requiredOption('--to <store>', 'folder of the store; made where it is not there')
    .option('--from <folder>', 'where the source lies (repeatable)', gather, [])
    .option('--set <name=value>', 'an option of the source (repeatable)', gather, [])
    .option('--plugin <name>', 'a plugin that is not found by itself (repeatable)', gather, [])
    .option('--reader <reader.name=value>', 'an option of a reader (repeatable)', gather, [])
    .option('--seed <n>', 'seed of the source', '0')
    .option('--workers <n>', 'threads that read; else one per core')
    .option('--shard <i/n>', 'import part i (1 to n) of n, for job arrays; merge them afterwards')
    .option('--float32', 'keep every bit of the numbers: twice the size')
    .option('--gzip', 'compress: smaller, and several times slower to read')
    .option('--key <file>', keyHelp)
    .option('--show-ids', "print the site's own ids of rejected records; else their keys")
    .option('--quiet', 'no progress')
    .option('--json', 'print the report as one line of JSON')
    .action(async (source: string, options: ImportFlags) => {
      const { importData } = await import('../commands/data-import.ts');
      done(await importData(source, options));
    });
  data
    .command('inspect <store>')
    .description('what is there: counts, missing values, distributions, Table 1 of each part')
    .option('--preview <row>', 'also draw this row in characters')
    .option('--json', 'print as JSON')
    .action(async (store: string, options: InspectFlags) => {
      const { inspectData } = await import('../commands/data-inspect.ts');
      done(await inspectData(store, options));
    });
  data
    .command('verify <store>')
    .description(
      'compare every table and chunk with its checksum; ends with 1 where one is damaged',
    )
    .option('--quiet', 'no progress')
    .option('--json', 'print as JSON')
    .action(async (store: string, options: VerifyFlags) => {
      const { verifyData } = await import('../commands/data-verify.ts');
      done(await verifyData(store, options));
    });
  data
    .command('split <store>')
    .description('make a split by subject and keep it in the store; it is never made anew')
    .option('--name <name>', 'its name', 'default')
    .option('--parts <shares>', 'shares of the subjects', 'train=0.7,val=0.15,test=0.15')
    .option('--folds <k>', 'k folds in place of parts')
    .option(
      '--stratify <column>',
      'every part gets its share of each class: target.x.y, covariate.x',
    )
    .option('--group <column>', 'subjects of one value stay together: covariate.site')
    .option('--seed <n>', 'seed', '0')
    .option('--extend', 'place subjects that came later; those before keep their parts')
    .option('--key <file>', keyHelp)
    .option('--json', 'print as JSON')
    .action(async (store: string, options: SplitFlags) => {
      const { splitData } = await import('../commands/data-split.ts');
      done(await splitData(store, options));
    });
  data
    .command('merge <to> <stores...>')
    .description('append stores of several imports to one')
    .option('--key <file>', keyHelp)
    .option('--quiet', 'no progress')
    .option('--json', 'print as JSON')
    .action(async (to: string, stores: readonly string[], options: MergeFlags) => {
      const { mergeData } = await import('../commands/data-merge.ts');
      done(await mergeData(to, stores, options));
    });
  data
    .command('withdraw <store>')
    .description(
      'remove participants who withdrew; later imports skip them, runs made with them are marked',
    )
    .requiredOption(
      '--ids <file>',
      "the site's subject ids, one per line (the first column of a CSV)",
    )
    .option('--runs-root <folder>', 'where run folders are', 'runs')
    .option('--key <file>', keyHelp)
    .option('--show-ids', 'print the ids that the store had')
    .option('--json', 'print as JSON')
    .action(async (store: string, options: WithdrawFlags) => {
      const { withdrawData } = await import('../commands/data-withdraw.ts');
      done(await withdrawData(store, options));
    });
  data
    .command('download [set]')
    .description(
      'fetch an open data set with its checksums; run again, it goes on; without a name: list them',
    )
    .option('--to <folder>', 'where to; else ./<set>')
    .option('--only <pattern>', 'paths to take, with * and ** (repeatable)', gather, [])
    .option('--mirror <url>', 'fetch from this folder instead')
    .option('--parallel <n>', 'files at once', '4')
    .option('--quiet', 'no progress')
    .option('--json', 'print as JSON')
    .action(async (set: string | undefined, options: DownloadFlags) => {
      const { downloadData } = await import('../commands/data-download.ts');
      done(await downloadData(set, options));
    });
}

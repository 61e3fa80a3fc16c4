/** @file `dualbeat checkpoint ...`. */
import type { Command } from 'commander';
import type { PruneFlags } from '../commands/checkpoint-prune.ts';
import type { Done } from './group.ts';

type Flags = { readonly json?: boolean };

export function addCheckpoint(program: Command, done: Done): void {
  const checkpoint = program.command('checkpoint').description('checkpoints of stages');
  checkpoint
    .command('verify <folder>')
    .description('check hashes and structure of a checkpoint, or of all of a stage')
    .option('--json', 'print as JSON')
    .action(async (folder: string, options: Flags) => {
      const { verifyCheckpoints } = await import('../commands/checkpoint-verify.ts');
      done(verifyCheckpoints(folder, options));
    });
  checkpoint
    .command('list <folder>')
    .description('list the checkpoints of a stage: step, size, rank')
    .option('--json', 'print as JSON')
    .action(async (folder: string, options: Flags) => {
      const { listCheckpoints } = await import('../commands/checkpoint-list.ts');
      done(listCheckpoints(folder, options));
    });
  checkpoint
    .command('show <folder>')
    .description('what a checkpoint says of itself: components, views, targets, lineage, versions')
    .option('--json', 'print as JSON')
    .action(async (folder: string, options: Flags) => {
      const { showCheckpoint } = await import('../commands/checkpoint-show.ts');
      done(showCheckpoint(folder, options));
    });
  checkpoint
    .command('prune <folder>')
    .description('delete the checkpoints of a stage but the last, the best and those kept for good')
    .option('--keep-best <n>', 'how many of the best stay', '1')
    .option('--drop-kept', 'also those that keepEvery keeps for good')
    .option('--dry-run', 'only say what would go')
    .option('--json', 'print as JSON')
    .action(async (folder: string, options: PruneFlags) => {
      const { pruneCheckpoints } = await import('../commands/checkpoint-prune.ts');
      done(await pruneCheckpoints(folder, options));
    });
}

/** @file `dualbeat runtime ...`. */
import type { Command } from 'commander';
import type { RuntimeFlags } from '../commands/runtime.ts';
import type { Done } from './group.ts';

export function addRuntime(program: Command, done: Done): void {
  const runtime = program.command('runtime').description('the compute runtime');
  runtime
    .command('install')
    .description('install the native runtime into the per-user cache')
    .option('--device <device>', 'cpu or cuda', 'cpu')
    .option('--json', 'print what was installed as one line of JSON')
    .action(async (options: RuntimeFlags) => {
      const { install } = await import('../commands/runtime.ts');
      done(await install(options));
    });
  runtime
    .command('doctor')
    .description('what is installed and where, and one training step on each runtime')
    .option('--device <device>', 'cpu or cuda', 'cpu')
    .option('--json', 'print as JSON')
    .action(async (options: RuntimeFlags) => {
      const { doctor } = await import('../commands/runtime.ts');
      done(await doctor(options));
    });
}

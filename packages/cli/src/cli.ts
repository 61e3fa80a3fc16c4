/** @file The command line: what there is, and how an error is told. Commands load what they need when they run. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import type { ExplainFlags } from './commands/explain.ts';
import type { ListFlags } from './commands/plugins.ts';
import type { RunFlags } from './commands/run.ts';
import type { RuntimeFlags } from './commands/runtime.ts';
import { printError } from './print-error.ts';

const exitHelp = `
Exit codes: 0 done; 1 failed; 42 the experiment or the command must be changed; 75 try again later (--resume);
130 and 143 interrupted by SIGINT or SIGTERM, saved. DUALBEAT_DEBUG=1 adds stacks to errors.`;

type Done = (code: number) => void;

/** Runs one command line (without node and script) and gives the exit code. Never throws. */
export async function main(argv: readonly string[]): Promise<number> {
  let code = 0;
  const program = describe((found) => void (code = found));
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    // Help and version end here too, with 0; what was wrong with the command is told already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 42;
    return printError(error, argv.includes('--json'));
  }
}

function describe(done: Done): Command {
  const program = new Command('dualbeat')
    .description('Experiments in cross-modal cardiac representation learning.')
    .version(version())
    .addHelpText('after', exitHelp)
    .showHelpAfterError('(dualbeat --help tells more)')
    .exitOverride();

  program
    .command('run <file>')
    .description('run an experiment to its report')
    .option('--set <path=value>', 'replace one value (repeatable); null drops it', gather, [])
    .option('--resume', 'go on with an unfinished run')
    .option('--restart', 'keep an old run aside and start anew')
    .option(
      '--eager',
      'run uncompiled: slower, but values can be read and stacks point into the code',
    )
    .option('--runs-root <folder>', 'where run folders are made', 'runs')
    .option('--json', 'print the result as one line of JSON')
    .option('--quiet', 'no progress')
    .action(async (file: string, options: RunFlags) => {
      const { run } = await import('./commands/run.ts');
      done(await run(file, options));
    });
  program
    .command('explain <file>')
    .description('show the resolved experiment, where each value comes from, and what would run')
    .option('--set <path=value>', 'replace one value (repeatable); null drops it', gather, [])
    .option('--json', 'print as JSON')
    .action(async (file: string, options: ExplainFlags) => {
      const { explain } = await import('./commands/explain.ts');
      done(await explain(file, options));
    });

  const plugins = program.command('plugins').description('plugins and their components');
  plugins
    .command('list')
    .description('list the components of every installed plugin')
    .option('--json', 'print as JSON')
    .action(async (options: ListFlags) => {
      const { listPlugins } = await import('./commands/plugins.ts');
      done(listPlugins(options));
    });

  const runtime = program.command('runtime').description('the compute runtime');
  runtime
    .command('install')
    .description('install the native runtime into the per-user cache')
    .option('--device <device>', 'cpu or cuda', 'cpu')
    .action(async (options: RuntimeFlags) => {
      const { install } = await import('./commands/runtime.ts');
      done(await install(options));
    });
  runtime
    .command('doctor')
    .description('what is installed and where, and one training step on each runtime')
    .option('--device <device>', 'cpu or cuda', 'cpu')
    .option('--json', 'print as JSON')
    .action(async (options: RuntimeFlags) => {
      const { doctor } = await import('./commands/runtime.ts');
      done(await doctor(options));
    });
  return program;
}

function gather(value: string, before: string[]): string[] {
  return [...before, value];
}

function version(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** @file The command line: what there is, and how an error is told. Commands load what they need when they run. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addCheckpoint } from './groups/checkpoint.ts';
import { addData } from './groups/data.ts';
import { addExplain } from './groups/explain.ts';
import type { AddGroup, Done } from './groups/group.ts';
import { addNew } from './groups/new.ts';
import { addPlugins } from './groups/plugins.ts';
import { addRun } from './groups/run.ts';
import { addRuntime } from './groups/runtime.ts';
import { addSchema } from './groups/schema.ts';
import { addSweep } from './groups/sweep.ts';
import { addTrack } from './groups/track.ts';

const exitHelp = `
Exit codes: 0 done; 1 failed; 42 the experiment or the command must be changed; 75 try again later (--resume);
130 and 143 interrupted by SIGINT or SIGTERM, saved. DUALBEAT_DEBUG=1 adds stacks to errors.`;

/** In the order of the help. A group is a light file: no command is loaded before it runs. */
const groups: readonly AddGroup[] = [
  addRun,
  addExplain,
  addSweep,
  addData,
  addTrack,
  addCheckpoint,
  addPlugins,
  addSchema,
  addNew,
  addRuntime,
];

/** Runs one command line (without node and script) and gives the exit code. Never throws. */
export async function main(argv: readonly string[]): Promise<number> {
  let code = 0;
  const program = describeCommands((found) => void (code = found));
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    // Help and version end here too, with 0; what was wrong with the command is told already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : refused(error, argv);
    const { printError } = await import('./print-error.ts');
    return printError(error, argv.includes('--json'));
  }
}

/** A command that cannot be read: commander has told it on stderr. */
function refused({ message }: CommanderError, argv: readonly string[]): number {
  const told = { status: 'failed', exitCode: 42, code: 'E_COMMAND', message };
  if (argv.includes('--json')) process.stdout.write(`${JSON.stringify(told)}\n`);
  return 42;
}

/** The whole command line, with every group. */
export function describeCommands(done: Done): Command {
  const program = new Command('dualbeat')
    .description('Experiments in cross-modal cardiac representation learning.')
    .version(version())
    .addHelpText('after', exitHelp)
    .showHelpAfterError('(dualbeat --help tells more)')
    .exitOverride();
  for (const add of groups) add(program, done);
  return program;
}

function version(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** @file A cluster's own command line tool, run to its end. */
import { spawn } from 'node:child_process';
import { commandFailed, commandMissing } from './errors.ts';

export type CommandOptions = {
  readonly launcher: string;
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** A failure without a word is none: scancel of a job that is gone. */
  readonly silentFailure?: boolean;
};

/** Its stdout. Errors: E_LAUNCHER_COMMAND where it is not there, E_LAUNCHER_FAILED. */
export function runCommand(
  command: string,
  args: readonly string[],
  { launcher, input, env = process.env, silentFailure = false }: CommandOptions,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data: Buffer) => void (stdout += data.toString('utf8')));
    child.stderr.on('data', (data: Buffer) => void (stderr += data.toString('utf8')));
    child.on('error', (error) => reject(commandMissing(launcher, command, error)));
    child.on('close', (code) => {
      const silent = silentFailure && stdout.trim() === '' && stderr.trim() === '';
      if (code === 0 || silent) resolve(stdout);
      else
        reject(
          commandFailed(launcher, [command, args[0] ?? ''].join(' ').trim(), stderr || stdout),
        );
    });
    child.stdin.on('error', () => {}); // it did not want to read
    child.stdin.end(input ?? '');
  });
}

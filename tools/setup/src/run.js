// @ts-check
/** @file Running another program with this terminal. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Flags with which Node.js runs the TypeScript source. */
export const SOURCE_FLAGS = ['--conditions=@dualbeat/source', '--import', 'tsx'];

/**
 * Runs a program to its end. SIGINT from a terminal reaches it by itself; the others are passed on.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv }} of
 * @returns {Promise<number>} its exit code; 128 and the signal's number if a signal ended it
 */
export async function run(command, args, of) {
  const child = spawn(command, args, { cwd: of.cwd, env: of.env ?? process.env, stdio: 'inherit' });
  const ignore = () => {};
  const pass = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
  process.on('SIGINT', process.stdin.isTTY || process.stdout.isTTY ? ignore : pass);
  process.on('SIGTERM', pass).on('SIGHUP', pass);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) =>
        resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']),
      );
    });
  } finally {
    process.off('SIGINT', ignore).off('SIGINT', pass).off('SIGTERM', pass).off('SIGHUP', pass);
  }
}

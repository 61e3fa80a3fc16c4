/** @file How an error is told: its message, without stack, and an exit code. */
import { isCoded } from '@dualbeat/core';

/** Writes to stderr (with `json` also one line to stdout) and gives the exit code. */
export function printError(error: unknown, json: boolean): number {
  const code = exitCode(error);
  const message = error instanceof Error ? error.message : String(error);
  const debug = process.env['DUALBEAT_DEBUG'] === '1';
  const stack =
    debug && error instanceof Error && error.stack !== undefined ? `\n${error.stack}` : '';
  const told = isCoded(error)
    ? message
    : `E_INTERNAL: ${message} Fix: set DUALBEAT_DEBUG=1 for the stack, and report it.`;
  process.stderr.write(`${told}${stack}\n`);
  if (json) {
    const coded = isCoded(error) ? error.code : 'E_INTERNAL';
    process.stdout.write(
      `${JSON.stringify({ status: 'failed', exitCode: code, code: coded, message })}\n`,
    );
  }
  return code;
}

/** `runExperiment` marks its errors; a coded one from elsewhere came before anything ran. */
function exitCode(error: unknown): number {
  const { exitCode: marked } = error as { exitCode?: unknown };
  if (typeof marked === 'number') return marked;
  return isCoded(error) ? 42 : 1;
}

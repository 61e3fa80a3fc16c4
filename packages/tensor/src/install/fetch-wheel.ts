/** @file Fetching one wheel with pip: for a named platform and Python version, whatever Python runs pip. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Env } from './cache-folder.ts';
import { noNetwork, noSpace, wheelUnavailable } from './errors.ts';
import { findPip } from './find-pip.ts';
import type { PinnedWheel } from './wheels.ts';

export type Log = (line: string) => void;

/** Puts `wheel.file` into the existing folder `into`; its content is verified by the caller. */
export type FetchWheel = (
  wheel: PinnedWheel,
  into: string,
  of: { readonly env: Env; readonly log: Log },
) => Promise<void>;

const WORDS_OF_NO_NETWORK =
  /connection broken|NewConnectionError|Name or service not known|name resolution|Network is unreachable|timed out|Connection refused|ConnectTimeout|ReadTimeout|ProxyError|SSLError|Could not fetch URL|Max retries/i;

/** `pip download` without dependencies. Errors: those of findPip, E_NO_NETWORK, E_NO_SPACE, E_WHEEL_UNAVAILABLE. */
export const fetchWithPip: FetchWheel = async (wheel, into, { env, log }) => {
  const pip = findPip(env);
  // retries are asked for by name: with none, pip does not say that the network failed
  const args = [
    ...pip.args,
    'download',
    ...['--no-deps', '--only-binary=:all:', '--no-cache-dir', '--disable-pip-version-check'],
    ...['--progress-bar', 'off', '--retries', '2', '--platform', wheel.platform],
    ...['--python-version', '3.12', '--implementation', 'cp', '--dest', into],
    `${wheel.package}==${wheel.version}`,
  ];
  // pip unpacks into TMPDIR first: beside the target, since /tmp may be small
  const { status, output } = await runQuietly(pip.command, args, { ...env, TMPDIR: into }, log);
  if (status === 0) return;
  const what = `${wheel.package} ${wheel.version}`;
  if (/No space left|Errno 28|Disk quota exceeded/i.test(output))
    throw noSpace(join(into, '..'), 2 * wheel.bytes);
  const tail = tailOf(output);
  throw WORDS_OF_NO_NETWORK.test(output) ? noNetwork(what, tail) : wheelUnavailable(what, tail);
};

/** The last lines of pip's output on one line, without credentials in URLs. */
export function tailOf(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  const kept = lines
    .filter((line) => line !== '')
    .slice(-3)
    .join(' | ');
  return kept.replaceAll(/\/\/[^/@\s]*@/g, '//').slice(-600) || '(nothing)';
}

async function runQuietly(
  command: string,
  args: readonly string[],
  env: Env,
  log: Log,
): Promise<{ readonly status: number | null; readonly output: string }> {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = () => child.kill();
  process.once('exit', stop);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream
      .setEncoding('utf8')
      .on('data', (text: string) => (output = (output + text).slice(-20_000)));
  }
  let seconds = 0;
  const tick = setInterval(() => log(`still downloading, ${(seconds += 15)} s`), 15_000);
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('close', resolve);
    });
    return { status, output };
  } finally {
    clearInterval(tick);
    process.off('exit', stop);
  }
}

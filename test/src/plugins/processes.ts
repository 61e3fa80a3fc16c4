/** @file Running programs for the packaging tests: to their end, with what they said. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../../..', import.meta.url));
export const bin = fileURLToPath(new URL('../../../packages/cli/bin/dualbeat.js', import.meta.url));

export type Ended = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
};

/** Never rejects for a program that fails: its exit code says it. */
export async function program(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const started = performance.now();
  // Settings of this test run are not those of a user's shell.
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|NODE_OPTIONS|npm_|INIT_CWD)/.test(name),
  );
  const child = spawn(command, args, {
    cwd,
    env: { ...Object.fromEntries(own), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (data: Buffer) => void (texts.stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => void (texts.stderr += data.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, ...texts, seconds: (performance.now() - started) / 1000 };
}

/** As `program`, and an error with all that was said where it fails. */
export async function succeed(...of: Parameters<typeof program>): Promise<Ended> {
  const ended = await program(...of);
  if (ended.code === 0) return ended;
  const [command, args] = of;
  throw new Error(
    `${command} ${args.join(' ')} ended with ${ended.code}\n${ended.stdout}\n${ended.stderr}`,
  );
}

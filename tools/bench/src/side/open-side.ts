/** @file A process that does one side's steps and nothing while it is not asked. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import * as errors from '../errors.ts';
import type { ProfileRow } from '../profile/profile-of.ts';
import type { Facts, SideCommand, Steps } from './messages.ts';

export type SideProgram = {
  /** 'dualbeat', 'pytorch eager', ... */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: { readonly [name: string]: string };
};
export interface Side {
  readonly name: string;
  /** From the start of the process until it can step. */
  readonly startSeconds: number;
  step(count: number): Promise<Steps>;
  facts(): Promise<Facts>;
  profile(): Promise<readonly ProfileRow[]>;
  close(): Promise<void>;
}

/** Starts the program and waits until it is ready. Error: E_BENCH_SIDE where it ends, then or later. */
export async function openSide(program: SideProgram): Promise<Side> {
  const { name, command, args, env } = program;
  const start = performance.now();
  const child = spawn(command, args, { env: { ...process.env, ...env } });
  let tail = '';
  child.stderr
    .setEncoding('utf8')
    .on('data', (text: string) => (tail = (tail + text).slice(-2000)));
  child.stdin.on('error', () => {}); // the exit tells
  const exit = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  async function hear(): Promise<object> {
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) throw errors.sideFailed(name, await exit, lastLines(tail));
      if (value.startsWith('{')) return JSON.parse(value) as object; // libraries may print, too
    }
  }
  async function ask<T>(asked: SideCommand): Promise<T> {
    child.stdin.write(`${JSON.stringify(asked)}\n`);
    return (await hear()) as T;
  }

  await hear();
  return {
    name,
    startSeconds: (performance.now() - start) / 1000,
    step: (count) => ask({ do: 'step', count }),
    facts: () => ask({ do: 'facts' }),
    profile: async () => (await ask<{ profile: readonly ProfileRow[] }>({ do: 'profile' })).profile,
    async close() {
      child.stdin.end(`${JSON.stringify({ do: 'quit' })}\n`);
      await exit;
    },
  };
}

const lastLines = (text: string): string => text.trim().split('\n').slice(-4).join(' | ');

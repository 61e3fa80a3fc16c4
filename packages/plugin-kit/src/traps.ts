/**
 * @file Traps: what pure code must not touch is watched while it runs. Process-wide for that time, so calls of the test
 * runner itself (by their stack) do not count.
 */
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const writers = [
  'appendFile',
  'appendFileSync',
  'createWriteStream',
  'mkdir',
  'mkdirSync',
  'rename',
  'renameSync',
  'rm',
  'rmSync',
  'unlink',
  'unlinkSync',
  'writeFile',
  'writeFileSync',
  'writeSync',
] as const;
const promiseWriters = ['appendFile', 'mkdir', 'rename', 'rm', 'unlink', 'writeFile'] as const;
const starters = [
  'exec',
  'execFile',
  'execFileSync',
  'execSync',
  'fork',
  'spawn',
  'spawnSync',
] as const;

type Patchable = { [name: string]: unknown };
/** Lines of a stack that belong to the runner or to Node itself. */
const foreign =
  /node:|node_modules[\\/](vitest|@vitest|vite|vite-node|tsx|esbuild|tinypool|birpc)[\\/]|^Error/;

function isOurs(): boolean {
  const lines = (new Error('stack').stack ?? '').split('\n').slice(3);
  return lines.some((line) => !foreign.test(line));
}

/**
 * Runs `fn`; gives what it gives and the names of what it touched: 'Math.random', 'Date.now', 'fs.writeFileSync', 'fetch', ...
 * Writes, connections and processes are refused with an error.
 */
export async function watch<T>(fn: () => T | Promise<T>): Promise<{
  readonly result: T | undefined;
  readonly touched: readonly string[];
  readonly error: unknown;
}> {
  const touched = new Set<string>();
  const undo: (() => void)[] = [];
  const patch = (object: object, name: string, label: string, refuse: boolean): void => {
    const host = object as Patchable;
    const original = host[name] as (...args: unknown[]) => unknown;
    const replacement = function (this: unknown, ...args: unknown[]): unknown {
      if (!isOurs()) return original.apply(this, args);
      touched.add(label);
      if (refuse) throw new Error(`${label} is refused while the component is checked`);
      return original.apply(this, args);
    };
    host[name] = Object.assign(replacement, original);
    undo.push(() => {
      host[name] = original;
    });
  };
  patch(Math, 'random', 'Math.random', false);
  patch(Date, 'now', 'Date.now', false);
  patch(globalThis, 'fetch', 'fetch', true);
  patch(net.Socket.prototype, 'connect', 'net.connect', true);
  for (const name of writers) patch(fs, name, `fs.${name}`, true);
  for (const name of promiseWriters) patch(fs.promises, name, `fs.promises.${name}`, true);
  for (const name of starters) patch(childProcess, name, `child_process.${name}`, true);
  syncBuiltinESMExports();
  try {
    return { result: await fn(), touched: [...touched], error: undefined };
  } catch (error) {
    return { result: undefined, touched: [...touched], error };
  } finally {
    for (const back of undo) back();
    syncBuiltinESMExports();
  }
}

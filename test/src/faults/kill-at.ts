/**
 * @file Loaded first into a child process: counts the operations that change files and kills the process (SIGKILL) before or after the
 * one that DUALBEAT_KILL_AT names ('17:before'). Nothing of the project knows of it.
 */
import fs from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const [number, side] = (process.env['DUALBEAT_KILL_AT'] ?? '0:before').split(':');
const target = Number(number);
let count = 0;
let armed = false;

/** From now on operations count. */
export function arm(): void {
  armed = true;
}
/** Operations so far. */
export function counted(): number {
  return count;
}

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
}

type Fn = (...args: unknown[]) => unknown;
function wrap(owner: object, name: string): void {
  const fns = owner as Record<string, Fn>;
  const original = fns[name] as Fn;
  fns[name] = function (this: unknown, ...args: unknown[]): unknown {
    if (!armed) return original.apply(this, args);
    const mine = ++count;
    if (mine === target && side === 'before') die();
    const result = original.apply(this, args);
    if (mine !== target) return result;
    if (!(result instanceof Promise)) die();
    return result.then(() => die());
  };
}

for (const name of [
  'openSync',
  'writeSync',
  'fsyncSync',
  'closeSync',
  'renameSync',
  'rmSync',
  'mkdirSync',
  'writeFileSync',
  'truncateSync',
])
  wrap(fs, name);
const handle = await promises.open(process.execPath, 'r');
const prototype = Object.getPrototypeOf(handle) as object;
await handle.close();
for (const name of ['write', 'writeFile', 'sync', 'close', 'truncate']) wrap(prototype, name);
for (const name of ['open', 'rename', 'rm', 'mkdir', 'writeFile']) wrap(promises, name);
syncBuiltinESMExports();

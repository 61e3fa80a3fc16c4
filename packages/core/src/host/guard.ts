/** @file Running code of a plugin so that it can neither hang nor end the process unnoticed. */
import { Script } from 'node:vm';

export type Guard = {
  readonly limitMs: number;
  /** The error when it takes longer. */
  readonly late: () => Error;
  /** The error when it calls process.exit. */
  readonly exited: (code: unknown) => Error;
};

const slot = Symbol.for('@dualbeat/core/guarded');
// A script's own time limit ends also a loop that never gives control back.
const call = new Script(`globalThis[Symbol.for('@dualbeat/core/guarded')]()`, {
  filename: 'dualbeat-guard.js',
});

/** `fn()`, within the limit: loops and promises that never settle are errors. */
export async function guarded<T>(fn: () => T | Promise<T>, guard: Guard): Promise<T> {
  return watched(() => limited(fn, guard), guard);
}

/** As `guarded`, for code that starts outside our call (import): a loop in it is seen by `watchLoops` alone. */
export async function watched<T>(fn: () => T | Promise<T>, guard: Guard): Promise<T> {
  const giveBack = takeExit(guard);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(guard.late()), guard.limitMs);
  });
  try {
    return await Promise.race([fn(), late]);
  } finally {
    clearTimeout(timer);
    giveBack();
  }
}

function limited<T>(fn: () => T | Promise<T>, { limitMs, late }: Guard): T | Promise<T> {
  const holder = globalThis as { [slot]?: () => T | Promise<T> };
  holder[slot] = fn;
  try {
    return call.runInThisContext({ timeout: Math.ceil(limitMs) }) as T | Promise<T>;
  } catch (error) {
    const { code } = error as { code?: unknown };
    throw code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' ? late() : error;
  } finally {
    delete holder[slot];
  }
}

const guards: Guard[] = [];
let realExit: typeof process.exit | undefined;

/** While code of a plugin runs, process.exit is an error of that plugin. */
function takeExit(guard: Guard): () => void {
  guards.push(guard);
  if (realExit === undefined) {
    realExit = process.exit;
    process.exit = ((code?: unknown) => {
      throw (guards.at(-1) as Guard).exited(code ?? 0);
    }) as typeof process.exit;
  }
  return () => {
    guards.splice(guards.indexOf(guard), 1);
    if (guards.length > 0 || realExit === undefined) return;
    process.exit = realExit;
    realExit = undefined;
  };
}

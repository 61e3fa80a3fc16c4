/** @file The lock of a folder: `lock.json` says which process runs there; the lock of a dead process is taken over. */
import { closeSync, linkSync, openSync, readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { causeOf, runLocked, runUnwritable } from './errors.ts';
import { processStart } from './process-start.ts';
import { tempName, writeAtomicSync, writeWholeSync } from './write-atomic.ts';

export type LockHolder = {
  readonly pid: number;
  /** Of the process, see process-start.ts. */
  readonly started: string;
  readonly host: string;
};
export type Lock = {
  readonly holder: LockHolder;
  /** Gives the folder free; a second call does nothing. */
  release(): void;
};

/**
 * Takes the lock of `folder`, which must exist. Errors: E_RUN_LOCKED where a live process, or one on another host, has it (also
 * this process, a second time); E_RUN_UNWRITABLE.
 */
export function acquireLock(folder: string): Lock {
  const path = join(folder, 'lock.json');
  const holder = { pid: process.pid, started: processStart(process.pid) ?? '', host: hostname() };
  for (let attempt = 0; attempt < 400; attempt++) {
    if (create(folder, path, holder)) return { holder, release: once(() => drop(path, holder)) };
    const text = readText(path);
    if (text === undefined) continue; // released in between
    const other = parseHolder(text);
    if (other !== undefined && mayLive(other)) throw locked(folder, other);
    if (!removeDead(folder, path, text, holder)) pause(5);
  }
  throw locked(folder, lockHolder(folder));
}

/** Who runs in `folder` at this moment: undefined where nobody does or the holder is dead. */
export function lockHolder(folder: string): LockHolder | undefined {
  const text = readText(join(folder, 'lock.json'));
  const holder = text === undefined ? undefined : parseHolder(text);
  return holder !== undefined && mayLive(holder) ? holder : undefined;
}

/** False where another lock is there. The lock appears with its content: a link is made of a file that is already written. */
function create(folder: string, path: string, holder: LockHolder): boolean {
  const text = `${JSON.stringify(holder)}\n`;
  const temp = tempName(path);
  try {
    writeAtomicSync(temp, text);
    try {
      linkSync(temp, path);
    } finally {
      rmSync(temp, { force: true });
    }
    return true;
  } catch (error) {
    const reason = causeOf(error);
    if (reason === 'EEXIST') return false;
    if (['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes(reason)) {
      return createWithoutLink(folder, path, text); // a file system without hard links
    }
    throw unwritable(folder, error);
  }
}

function createWithoutLink(folder: string, path: string, text: string): boolean {
  try {
    const fd = openSync(path, 'wx');
    try {
      writeWholeSync(fd, Buffer.from(text));
    } finally {
      closeSync(fd);
    }
    return true;
  } catch (error) {
    if (causeOf(error) === 'EEXIST') return false;
    throw unwritable(folder, error);
  }
}

/**
 * Removes the dead lock `text`; false where another process is about to. Several processes may find it dead at once, and one that is
 * late would remove the new lock of the first: so only who has the file beside it removes, and looks again before.
 */
function removeDead(folder: string, path: string, text: string, holder: LockHolder): boolean {
  const right = `${path}.takeover`;
  if (!create(folder, right, holder)) {
    const other = readText(right);
    const taker = other === undefined ? undefined : parseHolder(other);
    // Killed within these two system calls: the next attempt goes on.
    if (other !== undefined && (taker === undefined || !mayLive(taker))) remove(folder, right);
    return false;
  }
  try {
    if (readText(path) === text) remove(folder, path);
  } finally {
    remove(folder, right);
  }
  return true;
}

function remove(folder: string, path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    throw unwritable(folder, error);
  }
}

/** Blocks this thread: locks are taken once, at the start. */
function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function drop(path: string, holder: LockHolder): void {
  // Someone may have deleted the lock by hand and started anew: leave another's lock alone.
  const text = readText(path);
  if (text === `${JSON.stringify(holder)}\n`) rmSync(path, { force: true });
}

function mayLive(holder: LockHolder): boolean {
  if (holder.host !== hostname()) return true; // cannot be asked from here
  return processStart(holder.pid) === holder.started;
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const { pid, started, host } = JSON.parse(text) as Partial<Record<keyof LockHolder, unknown>>;
    if (typeof pid !== 'number' || typeof started !== 'string' || typeof host !== 'string') {
      return undefined;
    }
    return { pid, started, host };
  } catch {
    return undefined; // torn by a power cut: nobody holds it
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function locked(folder: string, holder: LockHolder | undefined): Error {
  if (holder === undefined) return runLocked(folder, 'several start at this moment', '');
  const { pid, host } = holder;
  if (host === hostname()) return runLocked(folder, `process ${pid} on this machine`, '');
  const path = join(folder, 'lock.json');
  return runLocked(
    folder,
    `process ${pid} on ${host}`,
    `; if it is gone (it cannot be asked from here), delete ${path}`,
  );
}

function unwritable(folder: string, error: unknown): Error {
  const system = (error as { cause?: unknown }).cause;
  return runUnwritable(folder, system ?? error);
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    work();
  };
}

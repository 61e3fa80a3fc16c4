/**
 * @file One set-up at a time per cache. The lock only saves a second download: each set-up works in a folder of its own
 * and renames it, so that two holders (a lock taken over wrongly) both end well.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from './fetch-wheel.ts';

export type Lock = { release(): void };

const BEAT_MS = 5_000;
const SILENT_MS = 60_000; // a holder on another host that has not touched its lock for so long is gone

type Holder = { readonly host: string; readonly pid: number; readonly token: string };

/** Takes the lock, or gives undefined as soon as `done()` says that the other holder's work is there. */
export async function takeLock(
  path: string,
  of: { readonly log: Log; readonly done: () => boolean },
): Promise<Lock | undefined> {
  const mine: Holder = { host: hostname(), pid: process.pid, token: randomUUID() };
  let told = false;
  for (;;) {
    if (of.done()) return undefined;
    if (await create(path, mine)) return held(path, mine);
    const holder = readHolder(path);
    if (isGone(path, holder)) {
      if (readHolder(path)?.token === holder?.token) rmSync(path, { force: true });
    } else {
      if (!told)
        of.log(
          `another set-up is running (process ${holder?.pid ?? '?'} on ${holder?.host ?? '?'}); waiting for it`,
        );
      told = true;
      await sleep(300);
    }
  }
}

function held(path: string, mine: Holder): Lock {
  const beat = setInterval(() => {
    try {
      const now = new Date();
      utimesSync(path, now, now);
    } catch {
      // taken over: our own folder and the rename keep this harmless
    }
  }, BEAT_MS);
  beat.unref();
  return {
    release() {
      clearInterval(beat);
      if (readHolder(path)?.token === mine.token) rmSync(path, { force: true });
    },
  };
}

async function create(path: string, mine: Holder): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.write(JSON.stringify(mine));
    await file.close();
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return undefined; // absent, or between creation and writing
  }
}

function isGone(path: string, holder: Holder | undefined): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return false;
  if (holder?.host === hostname() && !isAlive(holder.pid)) return true;
  return new Date().getTime() - found.mtimeMs > SILENT_MS;
}

/** True if a process with this id exists on this host. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}

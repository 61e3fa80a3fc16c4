/**
 * @file Installing a runtime into the cache: lock, space, fetch, verify, unpack, rename. Interrupted at any point, the
 * next call heals it; a second call downloads nothing.
 */
import { accessSync, constants, existsSync, readdirSync, rmSync } from 'node:fs';
import { mkdir, open, rename, rm, statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import type { Env } from './cache-folder.ts';
import { cacheReadOnly, noSpace, readableBytes, wheelChecksum, wheelCorrupt } from './errors.ts';
import { fetchWithPip, type FetchWheel, type Log } from './fetch-wheel.ts';
import { isAlive, takeLock } from './install-lock.ts';
import { locatePlanned, type InstalledRuntime } from './locate-runtime.ts';
import { checkGlibc, glibcVersion } from './machine.ts';
import { sha256Of, sizeOf, writeManifest, type Manifest } from './manifest.ts';
import type { InstallPlan } from './plan-install.ts';
import { readZipEntries, unpackEntry } from './read-zip.ts';
import type { PinnedWheel } from './wheels.ts';

export type InstallOptions = {
  readonly log: Log;
  readonly env?: Env;
  readonly fetchWheel?: FetchWheel;
  /** Free bytes for this user in the file system of an existing folder. */
  readonly freeBytes?: (folder: string) => Promise<number>;
  readonly glibc?: () => string | undefined;
};

/**
 * Installs what the plan says, unless it is there. Errors: E_RUNTIME_GLIBC, E_CACHE_READONLY, E_NO_SPACE,
 * E_PYTHON_MISSING, E_PIP_MISSING, E_PIP_OLD, E_NO_NETWORK, E_WHEEL_UNAVAILABLE, E_WHEEL_CHECKSUM, E_WHEEL_CORRUPT.
 */
export async function installRuntime(
  plan: InstallPlan,
  options: InstallOptions,
): Promise<InstalledRuntime> {
  const there = locatePlanned(plan);
  if (there) return there;
  checkGlibc(plan, (options.glibc ?? glibcVersion)());
  await makeWritable(plan);
  const lock = await takeLock(`${plan.dir}.lock`, {
    log: options.log,
    done: () => locatePlanned(plan) !== undefined,
  });
  try {
    if (lock) await installLocked(plan, options);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ENOSPC' || code === 'EDQUOT') throw noSpace(plan.cache, plan.spaceBytes);
    throw error;
  } finally {
    lock?.release();
  }
  const installed = locatePlanned(plan);
  if (!installed) throw wheelCorrupt(plan.dir, 'the unpacked runtime is not complete');
  return installed;
}

async function installLocked(plan: InstallPlan, options: InstallOptions): Promise<void> {
  if (locatePlanned(plan)) return;
  removeStale(dirname(plan.dir));
  removeStale(plan.downloads);
  await checkSpace(plan, options.freeBytes ?? freeBytesOf);
  announce(plan, options.log);
  const staging = `${plan.dir}.tmp-${hostname()}-${process.pid}`;
  try {
    await mkdir(staging, { recursive: true });
    const files: Manifest['files'][number][] = [];
    for (const wheel of plan.wheels) {
      const path = await fetchVerified(plan, wheel, options);
      options.log(`unpacking ${wheel.package} (${readableBytes(wheel.unpackedBytes)})`);
      files.push(...(await unpackWheel(path, wheel, staging)));
    }
    const wheels = plan.wheels.map(({ file, sha256 }) => ({ file, sha256 }));
    const { name, version, device } = plan;
    await writeManifest(staging, { format: 1, name, version, device, wheels, files });
    await syncFolder(staging);
    await moveIntoPlace(plan, staging);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  for (const wheel of plan.wheels) await rm(join(plan.downloads, wheel.file), { force: true });
}

function announce(plan: InstallPlan, log: Log): void {
  const what = plan.wheels.map((wheel) => `${wheel.package} ${wheel.version}`).join(', ');
  log(`tensor runtime (${plan.device}): ${what}`);
  log(
    `downloading ${readableBytes(plan.downloadBytes)} with pip, ${readableBytes(plan.unpackedBytes)} on disk in ${plan.dir}`,
  );
  if (plan.untested) log(plan.untested);
}

/** The path of the wheel, with its size and SHA-256 verified; a wheel left by an interrupted set-up is used. */
async function fetchVerified(
  plan: InstallPlan,
  wheel: PinnedWheel,
  options: InstallOptions,
): Promise<string> {
  const path = join(plan.downloads, wheel.file);
  if (sizeOf(path) === wheel.bytes && (await sha256Of(path)) === wheel.sha256) {
    options.log(`${wheel.file} was downloaded before; verified`);
    return path;
  }
  const into = `${path}.tmp-${hostname()}-${process.pid}`;
  try {
    await mkdir(into, { recursive: true });
    await (options.fetchWheel ?? fetchWithPip)(wheel, into, {
      env: options.env ?? process.env,
      log: options.log,
    });
    const fetched = join(into, wheel.file);
    const bytes = sizeOf(fetched) ?? 0;
    if (bytes !== wheel.bytes) {
      throw wheelChecksum(wheel.file, {
        what: 'size',
        expected: `${wheel.bytes}`,
        found: `${bytes}`,
      });
    }
    const sha256 = await sha256Of(fetched);
    if (sha256 !== wheel.sha256) {
      throw wheelChecksum(wheel.file, { what: 'SHA-256', expected: wheel.sha256, found: sha256 });
    }
    await rename(fetched, path);
    options.log(`${wheel.file}: size and SHA-256 verified`);
  } finally {
    await rm(into, { recursive: true, force: true });
  }
  return path;
}

async function unpackWheel(
  path: string,
  wheel: PinnedWheel,
  to: string,
): Promise<Manifest['files'][number][]> {
  const handle = await open(path, 'r');
  try {
    const zip = { handle, path, bytes: (await handle.stat()).size };
    const wanted = wheel.unpack.map(memberPattern);
    const entries = (await readZipEntries(zip)).filter(({ name }) =>
      wanted.some((one) => one.test(name)),
    );
    for (const [i, pattern] of wanted.entries()) {
      if (!entries.some(({ name }) => pattern.test(name)))
        throw wheelCorrupt(path, `${wheel.unpack[i]} is not in it`);
    }
    const files: Manifest['files'][number][] = [];
    for (const entry of entries) {
      const target = join(to, entry.name);
      await mkdir(dirname(target), { recursive: true });
      files.push({ path: entry.name, ...(await unpackEntry(zip, entry, target)) });
      await syncFolder(dirname(target));
    }
    return files;
  } finally {
    await handle.close();
  }
}

/** `*` matches within one folder, and no `..`: what matches stays inside the target. */
function memberPattern(path: string): RegExp {
  const escaped = path
    .replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '(?!\\.\\.?(?:/|$))[^/]*');
  return new RegExp(`^${escaped}$`);
}

async function moveIntoPlace(plan: InstallPlan, staging: string): Promise<void> {
  if (existsSync(plan.dir) && !locatePlanned(plan)) {
    const aside = `${plan.dir}.tmp-${hostname()}-${process.pid}-old`;
    await rename(plan.dir, aside);
    await rm(aside, { recursive: true, force: true });
  }
  try {
    await rename(staging, plan.dir);
    await syncFolder(dirname(plan.dir));
  } catch (error) {
    if (!locatePlanned(plan)) throw error; // else another set-up came first, with the same content
  }
}

async function makeWritable(plan: InstallPlan): Promise<void> {
  try {
    // asked first, since mkdir says ENOENT where the file system is read-only
    accessSync(nearestExisting(plan.dir), constants.W_OK);
    await mkdir(dirname(plan.dir), { recursive: true });
    await mkdir(plan.downloads, { recursive: true });
    const probe = join(dirname(plan.dir), `probe.tmp-${hostname()}-${process.pid}`);
    await (await open(probe, 'w')).close();
    await rm(probe);
  } catch (error) {
    throw cacheReadOnly(plan.cache, error);
  }
}

/** Removes what killed set-ups of this host left; set-ups of other hosts remove their own. */
function removeStale(folder: string): void {
  for (const name of readdirSync(folder)) {
    const made = /\.tmp-(.+)-(\d+)(-old)?$/.exec(name);
    if (made?.[1] !== hostname() || isAlive(Number(made[2]))) continue;
    rmSync(join(folder, name), { recursive: true, force: true });
  }
}

async function checkSpace(
  plan: InstallPlan,
  freeBytes: (folder: string) => Promise<number>,
): Promise<void> {
  const free = await freeBytes(plan.cache);
  if (free < plan.spaceBytes) throw noSpace(plan.cache, plan.spaceBytes, free);
}

/** The path itself, or the nearest folder on the way up that exists. */
export function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path));
}

/** Free bytes for this user in the file system that holds `folder`. */
export async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

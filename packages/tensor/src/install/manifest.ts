/** @file What an installed runtime consists of: `manifest.json`, written last, so that its presence means complete. */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstallPlan } from './plan-install.ts';

export type Manifest = {
  readonly format: 1;
  readonly name: string;
  readonly version: string;
  readonly device: string;
  readonly wheels: readonly { readonly file: string; readonly sha256: string }[];
  /** Paths relative to the runtime's folder, with `/`. */
  readonly files: readonly {
    readonly path: string;
    readonly bytes: number;
    readonly sha256: string;
  }[];
};

const FILE = 'manifest.json';

/** Writes the manifest into `dir` and syncs it to disk. */
export async function writeManifest(dir: string, manifest: Manifest): Promise<void> {
  const file = await open(join(dir, FILE), 'wx');
  try {
    await file.write(`${JSON.stringify(manifest, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The manifest in `plan.dir` if it is of the plan's wheels and every file has its size; reads no file's content. */
export function readManifest(plan: InstallPlan): Manifest | undefined {
  let manifest: Manifest;
  try {
    manifest = JSON.parse(readFileSync(join(plan.dir, FILE), 'utf8')) as Manifest;
  } catch {
    return undefined; // absent or cut off: not installed
  }
  const pinned = plan.wheels.map((wheel) => wheel.sha256).join();
  if (manifest.format !== 1 || manifest.wheels?.map((wheel) => wheel.sha256).join() !== pinned)
    return undefined;
  const whole = manifest.files.every((file) => sizeOf(join(plan.dir, file.path)) === file.bytes);
  const named = new Set(manifest.files.map((file) => file.path));
  return whole && named.has(plan.framework) && named.has(plan.cc) ? manifest : undefined;
}

/** The paths in `dir` whose content is not what the manifest says. Reads every byte (about 1 s per GB). */
export async function damagedFiles(dir: string, manifest: Manifest): Promise<readonly string[]> {
  const damaged: string[] = [];
  for (const file of manifest.files) {
    const path = join(dir, file.path);
    if (sizeOf(path) !== file.bytes || (await sha256Of(path)) !== file.sha256)
      damaged.push(file.path);
  }
  return damaged;
}

/** SHA-256 of a file's content, lower-case hexadecimal. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
    hash.update(chunk as Buffer);
  return hash.digest('hex');
}

export function sizeOf(path: string): number | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() ? found.size : undefined;
}

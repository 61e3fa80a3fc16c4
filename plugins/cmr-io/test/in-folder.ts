/** @file A folder that goes with the test. */
import { mkdtemp, mkdir, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Writes the files, by name below the folder, and removes all afterwards. */
export async function inFolder<T>(
  files: { readonly [name: string]: Uint8Array },
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'dualbeat-cmr-'));
  try {
    for (const [name, bytes] of Object.entries(files)) await write(join(folder, name), bytes);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function write(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'w');
  await file.write(bytes);
  await file.close();
}

/** @file The Zarr metadata beside the manifest: for other programs, this one reads the manifest. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomic } from '@dualbeat/runs';
import { makeFolder } from '../make-folder.ts';
import type { Manifest } from './types.ts';
import { arrayMetadata, groupMetadata } from './zarr-metadata.ts';

/** Writes what is not there as it should be, after the manifest: another program never sees a row that does not count. */
export async function writeMetadata(path: string, manifest: Manifest): Promise<void> {
  await writeIfOther(join(path, 'views', 'zarr.json'), groupMetadata());
  for (const [name, view] of Object.entries(manifest.views)) {
    makeFolder(join(path, 'views', name));
    const text = arrayMetadata(name, view, manifest, manifest.rows);
    await writeIfOther(join(path, 'views', name, 'zarr.json'), text);
  }
}

async function writeIfOther(file: string, text: string): Promise<void> {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  await writeAtomic(file, text);
}

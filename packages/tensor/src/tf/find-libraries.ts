/** @file Where the native libraries lie. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runtimeMissing } from '../errors.ts';

/** DUALBEAT_LIBTENSORFLOW names a folder with the two libraries; else the per-user cache. Error: E_RUNTIME_MISSING. */
export async function findLibraries(device: 'cpu' | 'cuda'): Promise<{ framework: string; cc: string }> {
  const folder = process.env['DUALBEAT_LIBTENSORFLOW'];
  if (folder !== undefined) {
    const paths = { framework: join(folder, 'libtensorflow_framework.so.2'), cc: join(folder, 'libtensorflow_cc.so.2') };
    if (!existsSync(paths.cc)) throw runtimeMissing(`nothing at ${paths.cc}`);
    return paths;
  }
  throw runtimeMissing(`no ${device} runtime in the cache`);
}

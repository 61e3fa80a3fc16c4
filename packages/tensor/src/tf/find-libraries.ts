/** @file Where the native libraries lie. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runtimeMissing } from '../errors.ts';
import { locateRuntime } from '../install/index.ts';

/** DUALBEAT_LIBTENSORFLOW names a folder with the two libraries; else the per-user cache. Error: E_RUNTIME_MISSING. */
export function findLibraries(device: 'cpu' | 'cuda'): { framework: string; cc: string } {
  const folder = process.env['DUALBEAT_LIBTENSORFLOW'];
  if (folder !== undefined) {
    const framework = join(folder, 'libtensorflow_framework.so.2');
    const cc = join(folder, 'libtensorflow_cc.so.2');
    for (const path of [framework, cc]) if (!existsSync(path)) throw runtimeMissing(`no ${path}`);
    return { framework, cc };
  }
  const installed = locateRuntime(process.env, { device });
  if (installed === undefined) throw runtimeMissing(`no ${device} runtime in the cache folder`);
  return installed;
}

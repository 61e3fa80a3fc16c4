/** @file Where the per-user cache is. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The variables of the environment, as in `process.env`. */
export type Env = { readonly [name: string]: string | undefined };

/** `DUALBEAT_CACHE`, else `XDG_CACHE_HOME/dualbeat`, else the platform's per-user cache folder. Absolute. */
export function cacheFolder(env: Env, platform: string = process.platform): string {
  if (env['DUALBEAT_CACHE']) return resolve(env['DUALBEAT_CACHE']);
  if (env['XDG_CACHE_HOME']) return resolve(env['XDG_CACHE_HOME'], 'dualbeat');
  const home = env['HOME'] || homedir();
  return platform === 'darwin'
    ? join(home, 'Library', 'Caches', 'dualbeat')
    : join(home, '.cache', 'dualbeat');
}

/** @file The key of a site: what makes ids in a store meaningless to others, and the same from import to import. */
import { createHmac, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import * as errors from './errors.ts';

export type SiteKey = {
  /** Key of a subject: HMAC-SHA256 of its id, 96 bits in hex. */
  subject(id: string): string;
  record(id: string): string;
  /** Tells two keys apart without telling the key. */
  readonly fingerprint: string;
  /** True where the file was made by this call. */
  readonly made: boolean;
};
type Env = Readonly<Record<string, string | undefined>>;

/** `DUALBEAT_SITE_KEY`, else `dualbeat/site.key` in the user's configuration folder. */
export function siteKeyFile(env: Env): string {
  if (env['DUALBEAT_SITE_KEY']) return resolve(env['DUALBEAT_SITE_KEY']);
  const config = env['XDG_CONFIG_HOME'] || join(homedir(), '.config');
  return join(config, 'dualbeat', 'site.key');
}

/**
 * The key in `file`, made (256 random bits, mode 0600) where there is none. `stores`: folders in which the file may not lie: who
 * has a copy of the store must not have the key.
 * Errors: E_KEY_PLACE, E_KEY_MODE, E_KEY_FILE.
 */
export function openSiteKey(file: string, stores: readonly string[]): SiteKey {
  for (const store of stores) {
    const way = relative(resolve(store), resolve(file));
    if (!way.startsWith('..')) throw errors.keyInStore(file);
  }
  const made = !existsSync(file);
  if (made) make(file);
  return keyOf(read(file), made);
}

/** For tests and for programs that keep their key elsewhere: 32 bytes. */
export function siteKeyFrom(secret: Uint8Array): SiteKey {
  return keyOf(secret, false);
}

function keyOf(secret: Uint8Array, made: boolean): SiteKey {
  const of = (what: string) => (id: string) =>
    createHmac('sha256', secret).update(`${what}\0${id}`).digest('hex').slice(0, 24);
  return { subject: of('subject'), record: of('record'), fingerprint: of('fingerprint')(''), made };
}

function make(file: string): void {
  makeFolder(dirname(file));
  const temp = `${file}.new-${process.pid}`;
  try {
    const text = `# Site key of dualbeat: keep a copy, show it to nobody.\n${randomBytes(32).toString('hex')}\n`;
    const fd = openSync(temp, 'wx', 0o600);
    try {
      writeSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    linkSync(temp, file); // not a rename: of two that make it at once, one wins
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw errors.keyUnreadable(file, error);
  } finally {
    rmSync(temp, { force: true });
  }
}

function read(file: string): Uint8Array {
  let text: string;
  try {
    const { mode } = statSync(file);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) throw errors.keyMode(file, mode);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as { code?: string }).code === 'E_KEY_MODE') throw error;
    throw errors.keyUnreadable(file, error);
  }
  const hex = /^([0-9a-f]{64})$/m.exec(text)?.[1];
  if (hex === undefined) throw errors.keyUnreadable(file, undefined);
  return Buffer.from(hex, 'hex');
}

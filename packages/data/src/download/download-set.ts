/** @file Fetching an open data set: its list of sums, then every file of it. */
import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { safeJoin } from '@dualbeat/runs';
import { makeFolder } from '../make-folder.ts';
import * as errors from './errors.ts';
import { fetchFile, sha256OfFile } from './fetch-file.ts';
import type { FetchOptions } from './fetch-file.ts';
import type { OpenSet } from './open-sets.ts';

export type DownloadOptions = Partial<Omit<FetchOptions, 'onBytes'>> & {
  readonly to: string;
  /** Paths to take. Absent: all. */
  readonly only?: (path: string) => boolean;
  /** Files at once. */
  readonly parallel: number;
  readonly onProgress?: (at: DownloadProgress) => void;
};
export type DownloadProgress = {
  readonly files: number;
  readonly of: number;
  /** Fetched by this call. */
  readonly bytes: number;
};
export type Downloaded = { readonly files: number; readonly there: number; readonly bytes: number };
export type SumsEntry = { readonly path: string; readonly sha256: string };

/** A list of a million files. */
const maxSumsBytes = 200 * 2 ** 20;

/**
 * Fetches what is not there or has another checksum; called again it goes on where it stopped. The list of sums is fetched over
 * the same connection as the files: it guards against damage, and against a forger only as TLS does.
 * Errors: E_DOWNLOAD_..., E_PATH_ESCAPE, E_DATA_FOLDER.
 */
export async function downloadSet(set: OpenSet, options: DownloadOptions): Promise<Downloaded> {
  const { to, only = () => true, parallel, onProgress, signal } = options;
  const base = { attempts: 5, idleMs: 60_000, pauseMs: 500, ...options };
  makeFolder(to);
  const list = safeJoin(to, set.sums);
  const listUrl = new URL(set.sums, set.url).href;
  await fetchFile(listUrl, list, set.sumsSha256, base);
  if (set.sumsSha256 !== undefined && (await sha256OfFile(list)) !== set.sumsSha256) {
    throw errors.checksumWrong(listUrl);
  }
  if (statSync(list).size > maxSumsBytes) throw errors.sumsMalformed(listUrl, 'it is too long');
  const entries = parseSums(readFileSync(list, 'utf8'), listUrl).filter(({ path }) => only(path));
  let [files, there, bytes, next] = [0, 0, 0, 0];
  const onBytes = (got: number) => {
    bytes += got;
    onProgress?.({ files, of: entries.length, bytes });
  };
  const work = async () => {
    while (next < entries.length) {
      const { path, sha256 } = entries[next++] as SumsEntry;
      if (signal?.aborted === true) throw errors.stopped();
      const file = safeJoin(to, path);
      makeFolder(dirname(file));
      const url = new URL(path.split('/').map(encodeURIComponent).join('/'), set.url).href;
      const got = await fetchFile(url, file, sha256, { ...base, onBytes });
      files++;
      if (got === 'there') there++;
      onProgress?.({ files, of: entries.length, bytes });
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(parallel, entries.length) }, work));
  } catch (error) {
    next = entries.length; // the others end with the file that they are at
    throw error;
  }
  return { files, there, bytes };
}

/** Lines of 64 hex digits, blanks (and a '*'), and a path. Errors: E_DOWNLOAD_SUMS. */
export function parseSums(text: string, where: string): SumsEntry[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length === 0) throw errors.sumsMalformed(where, 'it is empty');
  return lines.map((line, i) => {
    const found = /^([0-9a-fA-F]{64})\s+\*?(\S.*)$/.exec(line);
    if (found === null) throw errors.sumsMalformed(where, `line ${i + 1} has no sum and path`);
    const path = (found[2] as string).trim().replace(/^\.\//, '');
    return { sha256: (found[1] as string).toLowerCase(), path };
  });
}

/** @file One file over HTTP: resumed where it was cut, kept only with its checksum. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { isCoded } from '@dualbeat/core';
import * as errors from './errors.ts';

export type FetchOptions = {
  /** Attempts without a byte of progress before it is an error. */
  readonly attempts: number;
  /** A connection without a byte for so long is cut and tried again. */
  readonly idleMs: number;
  /** Before the second attempt; doubled for each further one. */
  readonly pauseMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: ((bytes: number) => void) | undefined;
};
export type Fetched = 'there' | 'fetched';

/** SHA-256 hex of a file. */
export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/**
 * Fetches `url` into `file` by way of `file.part`, which a later call goes on with. A file that is there and has the checksum
 * is left alone. Without `sha256` (the list itself) it is fetched anew. Errors: E_DOWNLOAD_HTTP, _NETWORK, _CHECKSUM, _STOPPED.
 */
export async function fetchFile(
  url: string,
  file: string,
  sha256: string | undefined,
  options: FetchOptions,
): Promise<Fetched> {
  if (sha256 !== undefined && existsSync(file) && (await sha256OfFile(file)) === sha256)
    return 'there';
  const part = `${file}.part`;
  if (sha256 === undefined) await rm(part, { force: true });
  for (let round = 0; ; round++) {
    const resumed = sizeOf(part) > 0;
    await fetchPart(url, part, options);
    if (sha256 === undefined || (await sha256OfFile(part)) === sha256) break;
    await rm(part, { force: true });
    // A part of another version, or bytes lost on the way: once more from the start.
    if (!resumed || round > 0) throw errors.checksumWrong(url);
  }
  await rename(part, file);
  return 'fetched';
}

async function fetchPart(url: string, part: string, options: FetchOptions): Promise<void> {
  const { attempts, pauseMs, signal } = options;
  for (let failed = 0; ;) {
    const before = sizeOf(part);
    try {
      await attempt(url, part, before, options);
      return;
    } catch (error) {
      if (signal?.aborted === true) throw errors.stopped();
      if (isCoded(error) && error.code.startsWith('E_')) throw error;
      failed = sizeOf(part) > before ? 1 : failed + 1;
      if (failed >= attempts) throw errors.networkFailed(url, failed, causeOf(error), error);
      await new Promise((resolve) => setTimeout(resolve, pauseMs * 2 ** (failed - 1)));
    }
  }
}

/** One connection, from byte `from` on. Throws what cut it. */
async function attempt(
  url: string,
  part: string,
  from: number,
  { idleMs, signal, onBytes }: FetchOptions,
): Promise<void> {
  const idle = new AbortController();
  let timer = setTimeout(() => idle.abort(), idleMs);
  const signals = signal === undefined ? [idle.signal] : [idle.signal, signal];
  try {
    const headers: Record<string, string> = { 'accept-encoding': 'identity' };
    if (from > 0) headers['range'] = `bytes=${from}-`;
    const response = await fetch(url, { headers, signal: AbortSignal.any(signals) });
    const { status, body } = response;
    if (status === 416 && from > 0) return; // nothing beyond: the checksum tells whether that is all
    // Worth another attempt: the server is busy or has a fault of its own.
    if (status === 429 || status >= 500) throw new Error(`status ${status}`);
    if (status !== 200 && status !== 206) throw errors.httpStatus(url, status);
    const start = status === 206 ? startOf(response.headers.get('content-range')) : 0;
    if (start > from) throw errors.httpStatus(url, status);
    const handle = await open(part, from > 0 && start > 0 ? 'r+' : 'w');
    try {
      let at = start;
      const expected = Number(response.headers.get('content-length') ?? Number.NaN);
      for await (const bytes of body ?? []) {
        clearTimeout(timer);
        timer = setTimeout(() => idle.abort(), idleMs);
        await handle.write(bytes, 0, bytes.length, at);
        at += bytes.length;
        onBytes?.(bytes.length);
      }
      await handle.truncate(at);
      if (Number.isFinite(expected) && at - start < expected) throw new Error('cut off');
      await handle.sync();
    } finally {
      await handle.close();
    }
  } finally {
    clearTimeout(timer);
  }
}

/** First byte of 'bytes 100-199/200'. */
function startOf(range: string | null): number {
  return Number(/^bytes (\d+)-/.exec(range ?? '')?.[1] ?? Number.POSITIVE_INFINITY);
}
function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
function causeOf(error: unknown): string {
  const { cause, message } = error as {
    cause?: { code?: string; message?: string };
    message: string;
  };
  return cause?.code ?? cause?.message ?? message;
}

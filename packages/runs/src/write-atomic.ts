/** @file Writing a file whole or not at all: temporary file, fsync, rename, fsync of the folder. */
import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { writeFailed } from './errors.ts';

let made = 0;

/**
 * Writes `data` to `path`: a reader, also after a crash, sees the old file or the new one, never a part of it.
 * The folder must exist. Errors: E_WRITE_NO_SPACE, E_WRITE_DENIED, E_WRITE_PATH, E_WRITE_FAILED; the old file is then intact
 * and no temporary file is left.
 */
export async function writeAtomic(path: string, data: Uint8Array | string): Promise<void> {
  let temp: string | undefined;
  try {
    const handle = await openNew(path);
    temp = handle.path;
    try {
      await writeWhole(handle.file, bytesOf(data));
      await handle.file.sync();
    } finally {
      await handle.file.close();
    }
    await rename(temp, path);
    temp = undefined;
    syncFolder(dirname(path));
  } catch (error) {
    if (temp !== undefined) await rm(temp, { force: true }).catch(() => undefined);
    throw writeFailed(path, error);
  }
}

/** As `writeAtomic`, in one synchronous call: for signal handlers and short records. */
export function writeAtomicSync(path: string, data: Uint8Array | string): void {
  let temp: string | undefined;
  try {
    const opened = openNewSync(path);
    temp = opened.path;
    try {
      writeWholeSync(opened.fd, bytesOf(data));
      fsyncSync(opened.fd);
    } finally {
      closeSync(opened.fd);
    }
    renameSync(temp, path);
    temp = undefined;
    syncFolder(dirname(path));
  } catch (error) {
    if (temp !== undefined) rmQuietly(temp);
    throw writeFailed(path, error);
  }
}

/** Removes what a killed process left of `writeAtomic` in `folder`; call it only while nobody else writes there. */
export function removeTempFiles(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (/^\..+\.tmp-\d+-\d+$/.test(name)) rmQuietly(join(folder, name));
  }
}

/** A name in the same folder that no file has: threads of one process count separately, so a name may be taken. */
export function tempName(path: string): string {
  return join(dirname(path), `.${basename(path)}.tmp-${process.pid}-${made++}`);
}

async function openNew(path: string): Promise<{ file: FileHandle; path: string }> {
  for (;;) {
    const temp = tempName(path);
    try {
      return { file: await open(temp, 'wx', 0o666), path: temp };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function openNewSync(path: string): { fd: number; path: string } {
  for (;;) {
    const temp = tempName(path);
    try {
      return { fd: openSync(temp, 'wx', 0o666), path: temp };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

async function writeWhole(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += (await file.write(bytes, at, bytes.length - at)).bytesWritten;
  }
}

/** `write` may take a part only (a disk that fills up): go on until all is written or it fails. */
export function writeWholeSync(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at, bytes.length - at);
}

/** Makes a rename durable. Some network file systems refuse to sync a folder: the rename stands anyway. */
export function syncFolder(folder: string): void {
  let fd: number | undefined;
  try {
    fd = openSync(folder, 'r');
    fsyncSync(fd);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EIO' || code === 'ENOSPC') throw error;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function bytesOf(data: Uint8Array | string): Uint8Array {
  return typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
}

function rmQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The first error is the one to tell.
  }
}

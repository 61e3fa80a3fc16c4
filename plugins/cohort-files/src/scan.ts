/** @file Finding the records below the roots of a cohort: names and heads of files only. */
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Reader } from '@dualbeat/core';
import * as errors from './errors.ts';

/** Enough for the first lines of a text header and for the magic numbers of binary files. */
const HEAD_BYTES = 1024;

export type Found = {
  /** Path below the root without its extension, '/' between folders; after the root's name where there are several roots. */
  readonly id: string;
  readonly path: string;
  readonly reader: Reader;
};
/** A root as the experiment gives it, and where it lies. */
export type Root = { readonly name: string; readonly path: string };

/**
 * Records below the roots by id, in the order of code units. Hidden files and symbolic links below a root are left out: a link
 * leads out of the root or to a record that is found anyway.
 * Errors: E_FILES_ROOT, E_FILES_READ, E_FILES_EMPTY, E_FILES_ID_TWICE.
 */
export async function scan(
  roots: readonly Root[],
  readers: readonly Reader[],
  wanted: (id: string) => boolean,
): Promise<Found[]> {
  const found = new Map<string, Found>();
  const seen = { files: 0, links: 0 };
  for (const root of roots) {
    const top = await folderOf(root);
    const prefix = roots.length > 1 ? `${basename(top)}/` : '';
    for await (const file of walk(top, '', seen)) {
      const id = prefix + file.replace(/\.[^./]*$/, '');
      if (!wanted(id)) continue;
      const path = join(top, file);
      const head = await headOf(path, prefix + file);
      const reader = readers.find((each) => each.recognises(head, basename(file)));
      if (reader === undefined) continue;
      if (found.has(id)) throw errors.idTwice(id);
      found.set(id, { id, path, reader });
    }
  }
  if (found.size === 0) {
    const names = roots.map((root) => root.name);
    throw errors.nothingFound(names, seen.files, seen.links);
  }
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function folderOf(root: Root): Promise<string> {
  try {
    const path = await realpath(root.path);
    if ((await stat(path)).isDirectory()) return path;
  } catch (error) {
    throw errors.rootMissing(root.name, root.path, error);
  }
  throw errors.rootMissing(root.name, root.path, undefined);
}

/** Files below `top`, relative to it. */
async function* walk(
  top: string,
  below: string,
  seen: { files: number; links: number },
): AsyncGenerator<string> {
  const entries = await readdir(join(top, below), { withFileTypes: true }).catch((error) => {
    throw errors.fileUnreadable(below, error);
  });
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isSymbolicLink()) seen.links++;
    else if (entry.isDirectory()) yield* walk(top, path, seen);
    else if (entry.isFile()) {
      seen.files++;
      yield path;
    }
  }
}

async function headOf(path: string, name: string): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r');
    try {
      const bytes = new Uint8Array(HEAD_BYTES);
      const { bytesRead } = await file.read(bytes, 0, HEAD_BYTES, 0);
      return bytes.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw errors.fileUnreadable(name, error);
  }
}

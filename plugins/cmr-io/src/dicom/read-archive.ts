/** @file The files of a zip archive (UK Biobank field 20209), in memory and bounded; nothing is ever written to disk. */
import { isCoded } from '@dualbeat/core';
import * as errors from '../errors.ts';
import { MAX_FILE_BYTES, MAX_FILES, MAX_INFLATED_BYTES, MAX_RATIO } from '../limits.ts';

export type ArchiveFile = { readonly name: string; readonly bytes: Uint8Array };

/**
 * Refused: names that lead out of the archive, more files or bytes than the limits, content more than 100 times its size, which
 * no images are. Sizes are checked before anything is decompressed, and a file that holds more than it declares is cut
 * there. Files are given one by one, so one is in memory at a time. Errors: E_CMR_ARCHIVE, E_CMR_LIMIT.
 */
export async function readArchive(
  bytes: Uint8Array,
  where: string,
  each: (file: ArchiveFile) => void | Promise<void>,
): Promise<void> {
  const { unzipSync } = await import('fflate');
  const run = <T>(use: () => T): T => {
    try {
      return use();
    } catch (error) {
      if (isCoded(error)) throw error;
      throw errors.archiveRefused(where, 'its structure cannot be followed');
    }
  };
  const names: string[] = [];
  const known = new Set<string>();
  let [files, total] = [0, 0];
  run(() =>
    unzipSync(bytes, {
      filter({ name, size, originalSize, compression }) {
        if (++files > MAX_FILES) throw errors.limit(where, 'more files', `${MAX_FILES} files`);
        if (leadsOut(name)) throw errors.archiveRefused(where, 'a name in it leads out of it');
        if (known.has(name)) throw errors.archiveRefused(where, 'two files in it have one name');
        known.add(name);
        if (size > bytes.length || (compression === 0 && size !== originalSize))
          throw errors.archiveRefused(where, 'a file in it is larger than the archive');
        total += originalSize;
        if (total > MAX_INFLATED_BYTES || originalSize > MAX_FILE_BYTES)
          throw errors.limit(where, `${total} bytes of files`, `${MAX_INFLATED_BYTES} bytes`);
        if (originalSize > MAX_RATIO * Math.max(size, 1024))
          throw errors.archiveRefused(where, `a file in it grows more than ${MAX_RATIO} times`);
        if (!name.endsWith('/') && originalSize > 0) names.push(name);
        return false;
      },
    }),
  );
  // Files that share compressed bytes: the total over the archive is bounded too.
  if (total > MAX_RATIO * Math.max(bytes.length, 1024))
    throw errors.archiveRefused(where, `its content is more than ${MAX_RATIO} times its size`);
  const wanted = new Set(names);
  const content = run(() => unzipSync(bytes, { filter: ({ name }) => wanted.has(name) }));
  for (const name of names.sort()) {
    const found = Object.hasOwn(content, name) ? content[name] : undefined;
    if (found !== undefined) await each({ name, bytes: found });
  }
}

function leadsOut(name: string): boolean {
  return (
    name === '' ||
    name.length > 1024 ||
    name.includes('\0') ||
    /^([/\\]|[A-Za-z]:)/.test(name) ||
    name.split(/[/\\]/).includes('..')
  );
}

/** @file A DICOM cine from a folder of files or a zip archive. */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { CineVolume } from '../cine-volume.ts';
import * as errors from '../errors.ts';
import { MAX_FILE_BYTES, MAX_FILES, MAX_INFLATED_BYTES } from '../limits.ts';
import { readBounded } from '../read-bounded.ts';
import { assembleCine } from './assemble-cine.ts';
import { dicomImage, isDicom } from './dicom-image.ts';
import type { DicomImage } from './dicom-image.ts';
import { readArchive } from './read-archive.ts';

export type CineOptions = {
  /** Regular expression on the series description. */
  readonly series?: string;
  /** With subfolders: one folder per series. */
  readonly subfolders?: boolean;
};

/**
 * `path`: a zip archive, a folder, or one file, which stands for all of its folder. Every DICOM MR image counts; other files are left.
 * Errors: E_CMR_SERIES, E_CMR_READ, _EMPTY, _LIMIT, _ARCHIVE, _DAMAGED, _UNSUPPORTED, _NO_IMAGES.
 */
export async function readDicomCine(path: string, options: CineOptions = {}): Promise<CineVolume> {
  const images: DicomImage[] = [];
  const wanted = options.series === undefined ? undefined : patternOf(options.series);
  const add = async (bytes: Uint8Array, where: string) => {
    const image = await dicomImage(bytes, where);
    if (image !== null && wanted?.test(image.description) !== false) images.push(image);
  };
  const found = await stat(path).catch((error: unknown) => {
    throw errors.unreadable(path, error);
  });
  if (found.isFile() && isZip(await head(path))) {
    const bytes = await readBounded(path, MAX_FILE_BYTES);
    await readArchive(bytes, path, async ({ name, bytes: content }) => {
      if (isDicom(content)) await add(content, `${path}: ${basename(name)}`);
      else if (isDicomName(name))
        throw errors.damaged(`${path}: ${basename(name)}`, 'DICOM', 'it has no DICOM header');
    });
  } else {
    let total = 0;
    for (const file of await seriesFiles(path, found.isDirectory(), options.subfolders)) {
      const bytes = await readBounded(file, MAX_FILE_BYTES);
      total += bytes.length;
      if (total > MAX_INFLATED_BYTES)
        throw errors.limit(path, `${total} bytes of files`, `${MAX_INFLATED_BYTES} bytes`);
      if (!isDicom(bytes)) throw errors.damaged(file, 'DICOM', 'it has no DICOM header');
      await add(bytes, file);
    }
  }
  if (images.length === 0)
    throw errors.noImages(path, wanted === undefined ? 'MR image' : `MR image of this \`series\``);
  return assembleCine(images, path);
}

/** The files that `readDicomCine` reads. Error: E_CMR_READ. */
export async function dicomFiles(path: string): Promise<string[]> {
  const found = await stat(path).catch((error: unknown) => {
    throw errors.unreadable(path, error);
  });
  if (found.isFile() && isZip(await head(path))) return [path];
  return seriesFiles(path, found.isDirectory());
}

async function seriesFiles(
  path: string,
  isFolder: boolean,
  subfolders = isFolder,
): Promise<string[]> {
  const files: string[] = [];
  for (const file of await filesOf(isFolder ? path : dirname(path), subfolders))
    if (isDicomName(file) || isDicom(await head(file))) files.push(file);
  return files;
}

function patternOf(series: string): RegExp {
  try {
    return new RegExp(series, 'u');
  } catch (error) {
    throw errors.seriesPattern(series, error);
  }
}

export const isZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);
const isDicomName = (name: string) => /\.(dcm|ima)$/i.test(name);

async function head(path: string): Promise<Uint8Array> {
  const { open } = await import('node:fs/promises');
  const file = await open(path, 'r').catch((error: unknown) => {
    throw errors.unreadable(path, error);
  });
  try {
    const bytes = new Uint8Array(256);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead);
  } catch (error) {
    throw errors.unreadable(path, error);
  } finally {
    await file.close();
  }
}

/** Plain files, links not followed, sorted. */
async function filesOf(folder: string, recursive: boolean): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive }).catch(
    (error: unknown) => {
      throw errors.unreadable(folder, error);
    },
  );
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'));
  if (files.length > MAX_FILES)
    throw errors.limit(folder, `${files.length} files`, `${MAX_FILES} files`);
  return files.map((entry) => join(entry.parentPath, entry.name)).sort();
}

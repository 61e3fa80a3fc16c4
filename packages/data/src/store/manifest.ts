/** @file Reading, checking and writing `manifest.json`. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '@dualbeat/core';
import { writeAtomic } from '@dualbeat/runs';
import * as errors from './errors.ts';
import type { Manifest, StoreSchema } from './types.ts';
import { checkManifest } from './check-manifest.ts';

/** A manifest of a million withdrawn subjects is far below. */
const maxBytes = 256 * 2 ** 20;
export const manifestFile = 'manifest.json';

/** Errors: E_STORE_OPEN, E_STORE_MANIFEST, E_STORE_VERSION. */
export function readManifest(path: string): Manifest {
  const file = join(path, manifestFile);
  let text: string;
  try {
    const { size } = statSync(file);
    if (size > maxBytes) throw errors.manifestBroken(path, `it has ${size} bytes`);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'E_STORE_MANIFEST') throw error;
    throw errors.notAStore(
      path,
      code === 'ENOENT' ? `it has no ${manifestFile}` : String(code),
      error,
    );
  }
  return parseManifest(text, path);
}

/** Errors: E_STORE_MANIFEST, E_STORE_VERSION. */
export function parseManifest(text: string, path: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw errors.manifestBroken(path, 'it is no JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw errors.manifestBroken(path, 'it is no object');
  }
  const { check, ...rest } = value as { check?: unknown; dualbeatStore?: unknown };
  if (rest.dualbeatStore !== 1) throw errors.manifestNewer(path, rest.dualbeatStore);
  if (check !== checkOf(rest)) throw errors.manifestBroken(path, 'it does not have its checksum');
  const why = checkManifest(rest as Manifest);
  if (why !== undefined) throw errors.manifestBroken(path, why);
  return rest as Manifest;
}

/** The commit of every change: before it the old store counts, after it the new one. */
export async function writeManifest(path: string, manifest: Manifest): Promise<void> {
  const text = JSON.stringify({ ...manifest, check: checkOf(manifest) }, null, 1);
  await writeAtomic(join(path, manifestFile), `${text}\n`);
}

const checkOf = (manifest: object): string => sha256(canonicalJson(manifest));
export const sha256 = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('hex');

/** SHA-256 of what the store holds. */
export function storeDigest(schema: StoreSchema, rowsDigest: string): string {
  const { views, targets, covariates, endpoints } = schema;
  return sha256(canonicalJson([1, views, targets, covariates, endpoints, rowsDigest]));
}

/** Of no rows: where the chain begins. */
export const emptyDigest = sha256('');

/** @file Writes one checkpoint folder: all of it is on the disk before it gets its name. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import type { HostArray, Named } from '@dualbeat/core';
import { writeSafetensors } from '@dualbeat/nn';
import { safeJoin, writeAtomic } from '@dualbeat/runs';
import { checkpointFiles, checkpointFormat } from './checkpoint.ts';
import type { Checkpoint } from './checkpoint.ts';

/** `.tmp-...`: unfinished; `.old-...`: on the way out. */
export const hiddenFolder = /^\.(tmp|old)-/;

/**
 * Writes `checkpoint` as `<folder>/<name>`: files synced in a hidden folder, then one rename. A folder of that name from
 * before (a damaged one, or the same step again) is replaced. The caller makes the rename durable by writing its index there.
 */
export async function writeCheckpoint(
  folder: string,
  name: string,
  checkpoint: Checkpoint,
): Promise<void> {
  const target = safeJoin(folder, name);
  const hidden = safeJoin(folder, `.tmp-${name}`);
  rmSync(hidden, { recursive: true, force: true });
  mkdirSync(hidden, { recursive: true });

  const files: { [name: string]: Uint8Array } = {
    [checkpointFiles.model]: tensorBytes({ ...checkpoint.params, ...checkpoint.state }),
    [checkpointFiles.optimizer]: tensorBytes(checkpoint.optimizer),
    [checkpointFiles.subjects]: tensorBytes(asArrays(checkpoint.subjects)),
    [checkpointFiles.about]: jsonBytes({
      format: checkpointFormat,
      about: checkpoint.about,
      progress: checkpoint.progress,
      state: Object.keys(checkpoint.state),
    }),
  };
  const manifest: { [name: string]: { size: number; sha256: string } } = {};
  for (const [file, bytes] of Object.entries(files)) {
    await writeAtomic(safeJoin(hidden, file), bytes);
    manifest[file] = { size: bytes.byteLength, sha256: sha256(bytes) };
  }
  await writeAtomic(safeJoin(hidden, checkpointFiles.manifest), jsonBytes({ files: manifest }));

  const old = safeJoin(folder, `.old-${name}`);
  rmSync(old, { recursive: true, force: true });
  if (existsSync(target)) renameSync(target, old);
  renameSync(hidden, target);
  rmSync(old, { recursive: true, force: true });
}

function asArrays(subjects: Named<Int32Array>): Named<HostArray> {
  return Object.fromEntries(
    Object.entries(subjects).map(([name, data]) => [name, { shape: [data.length], data }]),
  );
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function tensorBytes(named: Named<HostArray>): Uint8Array {
  const tensors = Object.entries(named).map(([name, { shape, data }]) => {
    const dtype =
      data instanceof Float32Array ? 'F32' : data instanceof Int32Array ? 'I32' : 'BOOL';
    return [name, { dtype, shape, data }] as const;
  });
  return writeSafetensors(Object.fromEntries(tensors));
}

function jsonBytes(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`, 'utf8');
}

/** @file Reads one checkpoint folder and verifies it against its manifest. */
import { readFileSync, statSync } from 'node:fs';
import { readSafetensors } from '@dualbeat/nn';
import { safeJoin } from '@dualbeat/runs';
import type { HostArray, Named } from '@dualbeat/core';
import type { TrainProgress } from '../progress.ts';
import { checkpointDamaged } from '../errors.ts';
import { checkpointFiles, checkpointFormat } from './checkpoint.ts';
import type { Checkpoint, CheckpointAbout } from './checkpoint.ts';
import { migrate } from './migrate.ts';
import type { AboutFile } from './migrate.ts';
import { sha256 } from './write-checkpoint.ts';

/** `optimizer: false` leaves the moments unread, for evaluation and for stages that start from this one. */
export type ReadCheckpointOptions = { readonly optimizer?: boolean };

/** Nobody's description is longer; what is, is refused before it is read. */
const largestJson = 64 * 2 ** 20;

/** Errors: E_CHECKPOINT_DAMAGED, names the file and what is wrong with it. */
export function readCheckpoint(folder: string, options: ReadCheckpointOptions = {}): Checkpoint {
  const manifest = readManifest(folder);
  const verified = (name: string): Uint8Array => {
    const file = safeJoin(folder, name);
    const entry = manifest[name];
    if (entry === undefined) throw checkpointDamaged(file, 'the manifest does not name this file');
    const bytes = read(file, entry.size);
    if (sha256(bytes) !== entry.sha256)
      throw checkpointDamaged(file, 'its SHA-256 is not that of the manifest');
    return bytes;
  };
  const tensorsOf = (name: string): Named<HostArray> =>
    tensors(safeJoin(folder, name), verified(name));

  const about = readAbout(safeJoin(folder, checkpointFiles.about), verified(checkpointFiles.about));
  const isState = new Set(about.state);
  const model = tensorsOf(checkpointFiles.model);
  const wanted = (state: boolean): Named<HostArray> =>
    Object.fromEntries(Object.entries(model).filter(([name]) => isState.has(name) === state));
  return {
    about: about.about,
    progress: about.progress,
    params: wanted(false),
    state: wanted(true),
    subjects: Object.hasOwn(manifest, checkpointFiles.subjects)
      ? numbersOf(tensorsOf(checkpointFiles.subjects))
      : {},
    optimizer: options.optimizer === false ? {} : tensorsOf(checkpointFiles.optimizer),
  };
}

/** Description alone, without tensors: for listings. Errors: E_CHECKPOINT_DAMAGED. */
export function readCheckpointAbout(folder: string): {
  readonly about: CheckpointAbout;
  readonly progress: TrainProgress;
  readonly bytes: number;
} {
  const manifest = readManifest(folder);
  const file = safeJoin(folder, checkpointFiles.about);
  const { about, progress } = readAbout(file, read(file, sizeOf(file)));
  const bytes = Object.values(manifest).reduce((sum, { size }) => sum + size, 0);
  return { about, progress, bytes };
}

type Manifest = Named<{ readonly size: number; readonly sha256: string }>;

function readManifest(folder: string): Manifest {
  const file = safeJoin(folder, checkpointFiles.manifest);
  const { files } = record(file, parseBytes(file, read(file, sizeOf(file))));
  for (const [name, entry] of Object.entries(record(file, files))) {
    const { size, sha256: hash } = record(file, entry);
    const whole = Number.isSafeInteger(size) && (size as number) >= 0;
    if (!whole || typeof hash !== 'string')
      throw checkpointDamaged(
        file,
        `its entry for ${JSON.stringify(name)} has no size and SHA-256`,
      );
  }
  return files as Manifest;
}

function readAbout(file: string, bytes: Uint8Array) {
  const raw = record(file, parseBytes(file, bytes)) as AboutFile;
  const about = migrate(raw);
  if (about === null) {
    throw checkpointDamaged(
      file,
      `its format is ${JSON.stringify(raw.format) ?? 'missing'}, this version reads 1 to ${checkpointFormat}`,
    );
  }
  const { state, progress } = about;
  const names = Array.isArray(state) && state.every((name) => typeof name === 'string');
  if (!names) throw checkpointDamaged(file, 'it does not list the names of its state');
  record(file, about['about']);
  checkProgress(file, record(file, progress));
  return about as unknown as {
    readonly about: CheckpointAbout;
    readonly progress: TrainProgress;
    readonly state: readonly string[];
  };
}

/** What the loop counts with must be counts. */
function checkProgress(file: string, progress: Named<unknown>): void {
  for (const name of ['step', 'epoch', 'batch', 'notFinite', 'rollbacks']) {
    const value = progress[name];
    if (!Number.isSafeInteger(value) || (value as number) < 0)
      throw checkpointDamaged(file, `progress.${name} is ${JSON.stringify(value) ?? 'missing'}`);
  }
  for (const name of ['epochSums', 'earlyStop', 'callbacks', 'metrics'])
    record(file, progress[name]);
  record(file, (progress['epochSums'] as Named<unknown>)['sums']);
}

function record(file: string, value: unknown): Named<unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw checkpointDamaged(file, 'it does not have the structure of a checkpoint');
  return value as Named<unknown>;
}

function sizeOf(file: string): number {
  let size: number;
  try {
    size = statSync(file).size;
  } catch (error) {
    throw coded(file, 'it cannot be read', error);
  }
  if (size > largestJson)
    throw checkpointDamaged(file, `it has ${size} bytes, more than a description`);
  return size;
}

function numbersOf(arrays: Named<HostArray>): Named<Int32Array> {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { data }]) => [name, Int32Array.from(data)]),
  );
}

function read(file: string, size: number): Uint8Array {
  try {
    const found = statSync(file).size; // before reading: a file of any length may stand there
    if (found !== size)
      throw checkpointDamaged(file, `it has ${found} bytes, the manifest says ${size}`);
    return readFileSync(file);
  } catch (error) {
    throw coded(file, 'it cannot be read', error);
  }
}

function tensors(file: string, bytes: Uint8Array): Named<HostArray> {
  try {
    const { tensors: found } = readSafetensors(bytes, { where: file });
    return Object.fromEntries(
      Object.entries(found).map(([name, { dtype, shape, data }]) => {
        if (dtype !== 'F32' && dtype !== 'I32' && dtype !== 'BOOL') {
          throw checkpointDamaged(
            file,
            `"${name}" has the dtype ${dtype}, a checkpoint has F32, I32 and BOOL`,
          );
        }
        return [name, { shape, data }];
      }),
    );
  } catch (error) {
    throw coded(file, 'it is no valid safetensors file', error);
  }
}

function parseBytes(file: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    throw coded(file, 'it is no valid JSON', error);
  }
}

function coded(file: string, why: string, error: unknown): unknown {
  if ((error as { code?: unknown }).code === 'E_CHECKPOINT_DAMAGED') return error;
  const reason = error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
  return checkpointDamaged(file, `${why} (${reason})`, error);
}

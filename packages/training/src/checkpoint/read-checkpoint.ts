/** @file Reads one checkpoint folder and verifies it against its manifest. */
import { readFileSync, statSync } from 'node:fs';
import { readSafetensors } from '@dualbeat/nn';
import { safeJoin } from '@dualbeat/runs';
import type { HostArray, Named } from '@dualbeat/core';
import type { TrainProgress } from '../progress.ts';
import { checkpointDamaged } from '../errors.ts';
import { checkpointFiles, checkpointFormat } from './checkpoint.ts';
import type { Checkpoint, CheckpointAbout } from './checkpoint.ts';
import { sha256 } from './write-checkpoint.ts';

/** `optimizer: false` leaves the moments unread, for evaluation and for stages that start from this one. */
export type ReadCheckpointOptions = { readonly optimizer?: boolean };

/** Errors: E_CHECKPOINT_DAMAGED, names the file and what is wrong with it. */
export function readCheckpoint(folder: string, options: ReadCheckpointOptions = {}): Checkpoint {
  const manifest = parse(safeJoin(folder, checkpointFiles.manifest)) as {
    files?: Named<{ size: number; sha256: string }>;
  };
  const verified = (name: string): Uint8Array => {
    const file = safeJoin(folder, name);
    const entry = manifest.files?.[name];
    if (entry === undefined) throw checkpointDamaged(file, 'the manifest does not name this file');
    const bytes = read(file, entry.size);
    if (sha256(bytes) !== entry.sha256)
      throw checkpointDamaged(file, 'its SHA-256 is not that of the manifest');
    return bytes;
  };

  const aboutFile = safeJoin(folder, checkpointFiles.about);
  const about = parseBytes(aboutFile, verified(checkpointFiles.about)) as {
    format?: unknown;
    about: CheckpointAbout;
    progress: TrainProgress;
    state: readonly string[];
  };
  if (about.format !== checkpointFormat) {
    throw checkpointDamaged(
      aboutFile,
      `its format is ${String(about.format)}, this version reads ${checkpointFormat}`,
    );
  }
  const isState = new Set(about.state);
  const model = tensors(safeJoin(folder, checkpointFiles.model), verified(checkpointFiles.model));
  const wanted = (state: boolean): Named<HostArray> =>
    Object.fromEntries(Object.entries(model).filter(([name]) => isState.has(name) === state));
  return {
    about: about.about,
    progress: about.progress,
    params: wanted(false),
    state: wanted(true),
    optimizer:
      options.optimizer === false
        ? {}
        : tensors(safeJoin(folder, checkpointFiles.optimizer), verified(checkpointFiles.optimizer)),
  };
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

function parse(file: string): unknown {
  try {
    return parseBytes(file, readFileSync(file));
  } catch (error) {
    throw coded(file, 'it cannot be read', error);
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

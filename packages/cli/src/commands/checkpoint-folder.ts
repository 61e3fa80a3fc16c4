/** @file Which checkpoints a path means: a checkpoint, a folder of checkpoints, or a stage's folder. */
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { DualbeatError } from '@dualbeat/core';
import { listCheckpointFolder } from '@dualbeat/training';
import type { ListedCheckpoint } from '@dualbeat/training';

export type FoundFolder = {
  /** The folder that holds index.json. */
  readonly store: string;
  readonly checkpoints: readonly ListedCheckpoint[];
};

/** Errors: E_CHECKPOINT_FOLDER, E_CHECKPOINT_NONE. */
export function findCheckpoints(path: string): FoundFolder {
  const whole = resolve(path);
  if (!existsSync(whole) || !statSync(whole).isDirectory()) throw noFolder(path);
  const inside = join(whole, 'checkpoints');
  if (existsSync(join(whole, 'manifest.json'))) {
    const store = dirname(whole);
    const own = listCheckpointFolder(store).filter(({ name }) => name === basename(whole));
    return { store, checkpoints: own };
  }
  const store = existsSync(inside) ? inside : whole;
  const checkpoints = listCheckpointFolder(store);
  // Any folder may hold folders: an index or one checkpoint's manifest tells that these are ours.
  const ours = [join(store, 'index.json')].concat(
    checkpoints.map(({ name }) => join(store, name, 'manifest.json')),
  );
  if (checkpoints.length === 0 || !ours.some((file) => existsSync(file))) throw none(path);
  return { store, checkpoints };
}

function noFolder(path: string): DualbeatError {
  return new DualbeatError({
    code: 'E_CHECKPOINT_FOLDER',
    where: path,
    cause: 'there is no such folder.',
    fix: 'give the folder of a checkpoint or of a stage: runs/<experiment>/stages/<stage>-<id>.',
  });
}

function none(path: string): DualbeatError {
  return new DualbeatError({
    code: 'E_CHECKPOINT_NONE',
    where: path,
    cause: 'there is no checkpoint in this folder.',
    fix: 'run the stage first: npx dualbeat run <experiment file>.',
  });
}

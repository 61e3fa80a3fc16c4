/** @file The checkpoints of a stage: the last, the best k, and one index that says which is which. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { safeJoin, writeAtomic } from '@dualbeat/runs';
import { better } from '../early-stop.ts';
import { checkpointNone } from '../errors.ts';
import type { Checkpoint } from './checkpoint.ts';
import { checkpointNames } from './checkpoint-folder.ts';
import { readIndex as indexOf } from './checkpoint-index.ts';
import type { CheckpointIndex, Ranked } from './checkpoint-index.ts';
import { readCheckpoint } from './read-checkpoint.ts';
import type { ReadCheckpointOptions } from './read-checkpoint.ts';
import { writeCheckpoint } from './write-checkpoint.ts';

export type FoundCheckpoint = {
  readonly name: string;
  readonly checkpoint: Checkpoint;
  /** Newer or better ones that were damaged. */
  readonly skipped: readonly { readonly name: string; readonly why: string }[];
};

export type SaveOptions = {
  /** Others that must stay this time. */
  readonly keep?: readonly string[];
  /** This one stays for good. */
  readonly pin?: boolean;
};

export interface CheckpointStore {
  readonly folder: string;
  /** Writes, points to it, and only then deletes what is no longer needed. `value`: of the watched metric, for the best k. */
  save(name: string, checkpoint: Checkpoint, value?: number, options?: SaveOptions): Promise<void>;
  /** Error: E_CHECKPOINT_DAMAGED. */
  read(name: string, options?: ReadCheckpointOptions): Checkpoint;
  /** The newest that verifies, or null where there never was one. Error: E_CHECKPOINT_NONE where all are damaged. */
  last(options?: ReadCheckpointOptions): FoundCheckpoint | null;
  /** The best that verifies, else the newest. Errors: E_CHECKPOINT_NONE. */
  best(options?: ReadCheckpointOptions): FoundCheckpoint;
  /** Ranks and points to these (damaged ones) no more; the next save deletes them. */
  forget(names: readonly string[]): Promise<void>;
}

export function openCheckpointStore(options: {
  readonly folder: string;
  readonly keepBest: number;
  readonly mode: 'min' | 'max';
  /** What starts the run, without --restart: part of the fix where no checkpoint is left. */
  readonly command?: string | undefined;
}): CheckpointStore {
  const { folder, keepBest, mode } = options;
  mkdirSync(folder, { recursive: true });
  const indexFile = safeJoin(folder, 'index.json');

  const names = (): string[] => checkpointNames(folder);
  const readIndex = (): CheckpointIndex => indexOf(folder);
  const writeIndex = (index: CheckpointIndex): Promise<void> =>
    writeAtomic(indexFile, `${JSON.stringify(index, null, 2)}\n`);

  function firstGood(order: readonly string[], read: ReadCheckpointOptions): FoundCheckpoint {
    const skipped: { name: string; why: string }[] = [];
    for (const name of order) {
      try {
        return { name, checkpoint: readCheckpoint(safeJoin(folder, name), read), skipped };
      } catch (error) {
        skipped.push({ name, why: error instanceof Error ? error.message : String(error) });
      }
    }
    throw checkpointNone(
      folder,
      skipped.map((one) => one.why),
      options.command,
    );
  }
  /** Newest first: the one that the index points to, then by step. */
  const newestFirst = (): string[] => {
    const { last } = readIndex();
    const all = names().sort().reverse();
    return last !== null && all.includes(last) ? [last, ...all.filter((n) => n !== last)] : all;
  };

  return {
    folder,
    async save(name, checkpoint, value, { keep = [], pin = false } = {}) {
      await writeCheckpoint(folder, name, checkpoint);
      const before = readIndex();
      const others = before.best.filter((entry) => entry.name !== name);
      const ranked =
        value === undefined || Number.isNaN(value) ? others : insert(others, { name, value }, mode);
      const best = ranked.slice(0, keepBest);
      const pinned = [...before.pinned.filter((other) => other !== name), ...(pin ? [name] : [])];
      await writeIndex({ last: name, best, pinned });
      const kept = new Set([name, ...keep, ...pinned, ...best.map((entry) => entry.name)]);
      for (const old of readdirSync(folder)) {
        if (old !== 'index.json' && !kept.has(old))
          rmSync(safeJoin(folder, old), { recursive: true, force: true }); // also what a killed process left
      }
    },
    read: (name, read = {}) => readCheckpoint(safeJoin(folder, name), read),
    last(read = {}) {
      const order = newestFirst();
      return order.length === 0 ? null : firstGood(order, read);
    },
    best(read = { optimizer: false }) {
      const ranked = readIndex().best.map((entry) => entry.name);
      return firstGood(
        [...ranked, ...newestFirst().filter((name) => !ranked.includes(name))],
        read,
      );
    },
    async forget(gone) {
      const { last, best, pinned } = readIndex();
      await writeIndex({
        last: last !== null && gone.includes(last) ? null : last,
        best: best.filter((entry) => !gone.includes(entry.name)),
        pinned: pinned.filter((name) => !gone.includes(name)),
      });
    },
  };
}

/** Ties: the earlier one stays in front. */
function insert(ranked: readonly Ranked[], entry: Ranked, mode: 'min' | 'max'): Ranked[] {
  const at = ranked.findIndex((other) => better(entry.value, other.value, mode));
  return at < 0 ? [...ranked, entry] : [...ranked.slice(0, at), entry, ...ranked.slice(at)];
}

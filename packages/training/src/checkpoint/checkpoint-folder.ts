/** @file The checkpoints of a stage from outside: listed and pruned. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { safeJoin, writeAtomic } from '@dualbeat/runs';
import { readIndex } from './checkpoint-index.ts';
import { readCheckpointAbout } from './read-checkpoint.ts';
import { hiddenFolder } from './write-checkpoint.ts';

export type ListedCheckpoint = {
  readonly name: string;
  /** null where it cannot be read. */
  readonly step: number | null;
  readonly epoch: number | null;
  readonly bytes: number;
  readonly last: boolean;
  /** 1: the best; null: not ranked. */
  readonly rank: number | null;
  readonly value: number | null;
  readonly pinned: boolean;
  /** What is wrong with its description; tensors are not read. */
  readonly problem: string | null;
};

/** Names of checkpoint folders, oldest first. */
export function checkpointNames(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !hiddenFolder.test(entry.name))
    .map((entry) => entry.name)
    .sort();
}

export function listCheckpointFolder(folder: string): readonly ListedCheckpoint[] {
  const { last, best, pinned } = readIndex(folder);
  return checkpointNames(folder).map((name) => {
    const place = best.findIndex((entry) => entry.name === name);
    const facts = {
      name,
      last: name === last,
      rank: place < 0 ? null : place + 1,
      value: best[place]?.value ?? null,
      pinned: pinned.includes(name),
    };
    try {
      const { progress, bytes } = readCheckpointAbout(safeJoin(folder, name));
      return { ...facts, step: progress.step, epoch: progress.epoch, bytes, problem: null };
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      return { ...facts, step: null, epoch: null, bytes: 0, problem };
    }
  });
}

/** Deletes all but the last, the best `keepBest` and those pinned; gives the names. The index is written first. */
export async function pruneCheckpointFolder(
  folder: string,
  options: { readonly keepBest: number; readonly dropPinned: boolean; readonly dryRun: boolean },
): Promise<readonly string[]> {
  const index = readIndex(folder);
  const names = checkpointNames(folder);
  const last = index.last !== null && names.includes(index.last) ? index.last : names.at(-1);
  const best = index.best.slice(0, options.keepBest);
  const pinned = options.dropPinned ? [] : index.pinned;
  const kept = new Set([last, ...best.map(({ name }) => name), ...pinned]);
  const gone = names.filter((name) => !kept.has(name));
  if (options.dryRun || gone.length === 0) return gone;
  const text = `${JSON.stringify({ last: last ?? null, best, pinned }, null, 2)}\n`;
  await writeAtomic(safeJoin(folder, 'index.json'), text);
  for (const name of gone) rmSync(safeJoin(folder, name), { recursive: true, force: true });
  return gone;
}

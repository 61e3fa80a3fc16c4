/** @file `index.json`: the pointer to the last checkpoint, and the ranks. What it says is not believed further than names go. */
import { readFileSync } from 'node:fs';
import { safeJoin } from '@dualbeat/runs';

export type Ranked = { readonly name: string; readonly value: number };
/** A checkpoint that it does not name is not kept by the next save. */
export type CheckpointIndex = {
  readonly last: string | null;
  readonly best: readonly Ranked[];
  /** Never deleted by a save. */
  readonly pinned: readonly string[];
};

/** Empty where the file is lost or damaged: the folders themselves still tell. */
export function readIndex(folder: string): CheckpointIndex {
  try {
    const found = JSON.parse(readFileSync(safeJoin(folder, 'index.json'), 'utf8')) as {
      readonly [key in keyof CheckpointIndex]?: unknown;
    };
    const { last, best, pinned } = found;
    return {
      last: isName(last) ? last : null,
      best: Array.isArray(best) ? best.filter(isRanked) : [],
      pinned: Array.isArray(pinned) ? pinned.filter(isName) : [],
    };
  } catch {
    return { last: null, best: [], pinned: [] };
  }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && /^\w[\w.-]*$/.test(value);
}

function isRanked(value: unknown): value is Ranked {
  const { name, value: rank } = (value ?? {}) as Partial<Ranked>;
  return isName(name) && typeof rank === 'number';
}

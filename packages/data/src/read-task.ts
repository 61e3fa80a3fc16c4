/** @file One read of a batch source: in a loader thread, or in the process itself. */
import { isCoded } from '@dualbeat/core';
import type { BatchSource, LoadedRows, MakeBatchSource, ReadFailure } from './batch-source.ts';
import { readThrew, sourceModule } from './errors.ts';
import { shortHash } from './ids/redact.ts';
import { joinRows } from './join-rows.ts';
import { checkRows, padRows } from './pad-rows.ts';
import type { ReadTask, WorkerData } from './worker-messages.ts';

/** What the module's default export makes. Errors: E_LOADER_SOURCE, and what it throws. */
export async function makeSource({ module, init }: WorkerData): Promise<BatchSource> {
  const loaded = (await import(module)) as { default?: unknown };
  if (typeof loaded.default !== 'function') {
    throw sourceModule(module, 'its default export is no function');
  }
  const made = await (loaded.default as MakeBatchSource)(init);
  if (typeof made?.read !== 'function') throw sourceModule(module, 'what it makes has no `read`');
  return made;
}

/**
 * The rows of the task, filled up. With `skip`, rows whose read ends in a coded error are absent and told in `failures`, unless all
 * of them are: the same rows fail whoever reads them. Errors: what `read` throws, coded; E_LOADER_ROWS.
 */
export async function readTask(
  source: BatchSource,
  { rows, at, count }: ReadTask,
  { module, skip }: Pick<WorkerData, 'module' | 'skip'>,
  progress: (position: number) => void,
): Promise<LoadedRows> {
  const read = async (some: Int32Array, first: number): Promise<LoadedRows> => {
    try {
      const loaded = await source.read(some, at, (i) => progress(first + i));
      checkRows(loaded, some.length);
      return loaded;
    } catch (error) {
      throw isCoded(error) ? error : readThrew(module, some, error);
    }
  };
  try {
    return padRows(await read(rows, 0), count);
  } catch (error) {
    if (skip !== true || rows.length < 2 || !mayBeOfARecord(error)) throw error;
  }
  const pieces: (LoadedRows | null)[] = [];
  const failures: ReadFailure[] = [];
  let last: unknown;
  for (const [position, row] of rows.entries()) {
    try {
      pieces.push(await read(Int32Array.of(row), position));
    } catch (error) {
      if (!mayBeOfARecord(error)) throw error;
      last = error;
      pieces.push(null);
      const id = shortHash(source.ids?.(Int32Array.of(row))[0] ?? `row ${row}`);
      failures.push({ position, row, id, code: error.code });
    }
  }
  if (failures.length === rows.length) throw last;
  return padRows({ ...joinRows(pieces), failures }, count);
}

/** Errors of the source's own making are a defect of the program, not of a record. */
function mayBeOfARecord(error: unknown): error is { code: string } & Error {
  return isCoded(error) && error.code !== 'E_LOADER_READ' && error.code !== 'E_LOADER_ROWS';
}

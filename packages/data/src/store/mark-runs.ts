/** @file Marking what was made with records that are withdrawn: stage folders with their checkpoints and predictions. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { writeAtomic } from '@dualbeat/runs';
import { decodeTable } from './table.ts';
import type { Withdrawn } from './withdraw.ts';

export type MarkedRun = { readonly folder: string; readonly why: 'predictions' | 'store' };
/** In each marked stage folder; a later withdrawal adds a line. */
export const withdrawnMark = 'withdrawn.jsonl';

/**
 * Looks through `<root>/<experiment>/stages/*`. A stage is marked where a table of its predictions names a withdrawn record, or
 * where a trial of its experiment reads the store (by the name of its folder): a stage may have trained on records that it
 * predicted nothing for, so rather one too many. The mark names no record.
 */
export async function markRuns(
  root: string,
  store: string,
  { subjects, records, before }: Withdrawn,
  now: () => Date = () => new Date(),
): Promise<MarkedRun[]> {
  const gone = new Set(records);
  const marked: MarkedRun[] = [];
  for (const experiment of foldersIn(root)) {
    const reads = foldersIn(join(root, experiment, 'trials')).some((trial) =>
      readsStore(join(root, experiment, 'trials', trial, 'resolved.yaml'), basename(store)),
    );
    for (const stage of foldersIn(join(root, experiment, 'stages'))) {
      const folder = join(root, experiment, 'stages', stage);
      const named = await namesAny(join(folder, 'predictions'), gone);
      if (!named && !reads) continue;
      const why = named ? 'predictions' : 'store';
      const line = JSON.stringify({
        at: now().toISOString(),
        store: basename(store),
        digest: before,
        subjects,
        why,
      });
      const file = join(folder, withdrawnMark);
      await writeAtomic(file, `${existsSync(file) ? readFileSync(file, 'utf8') : ''}${line}\n`);
      marked.push({ folder, why });
    }
  }
  return marked;
}

function readsStore(file: string, name: string): boolean {
  if (!existsSync(file)) return false;
  const text = readFileSync(file, 'utf8');
  const path = new RegExp(
    `path:\\s*['"]?(?:[^\\n]*/)?${name.replace(/[^\w]/g, '\\$&')}/?['"]?\\s*(?:[,}\\n]|$)`,
  );
  return /use:\s*['"]?store\b/.test(text) && path.test(text);
}

/** A table that cannot be read names nothing: it is not this command's to judge. */
async function namesAny(folder: string, gone: ReadonlySet<string>): Promise<boolean> {
  for (const file of filesIn(folder).filter((name) => name.endsWith('.parquet'))) {
    const bytes = readFileSync(join(folder, file));
    const columns = await decodeTable(bytes, ['record']).catch(() => undefined);
    const cells = columns?.get('record') ?? [];
    // A row of paired records is 'anchor+partner'.
    if (
      cells.some((cell) =>
        String(cell)
          .split('+')
          .some((id) => gone.has(id)),
      )
    )
      return true;
  }
  return false;
}

function foldersIn(path: string): string[] {
  return existsSync(path)
    ? readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
    : [];
}
function filesIn(path: string): string[] {
  return existsSync(path) ? readdirSync(path) : [];
}

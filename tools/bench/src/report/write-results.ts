/** @file docs/benchmarks.json and docs/benchmarks.md. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resultsDamaged } from '../errors.ts';
import { markdown } from './markdown.ts';
import { mergeRows } from './rows.ts';
import type { BenchRow } from './rows.ts';

/** Puts the fresh rows over the earlier ones of the same case and size. Error: E_BENCH_RESULTS. */
export function writeResults(docs: string, fresh: readonly BenchRow[]): void {
  mkdirSync(docs, { recursive: true });
  const file = join(docs, 'benchmarks.json');
  const rows = mergeRows(readRows(file), fresh);
  replace(file, `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`);
  replace(join(docs, 'benchmarks.md'), markdown(rows));
}

function readRows(file: string): readonly BenchRow[] {
  if (!existsSync(file)) return [];
  try {
    const rows: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (Array.isArray(rows)) return rows as readonly BenchRow[];
    throw new Error('it is no list');
  } catch (error) {
    throw resultsDamaged(file, error);
  }
}

function replace(file: string, text: string): void {
  writeFileSync(`${file}.tmp`, text);
  renameSync(`${file}.tmp`, file);
}

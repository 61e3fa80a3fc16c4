/** @file How far each run was sent to one server: `<experiment>/tracking/<server>.json`, written after the server took it. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Named } from '@dualbeat/core';
import { writeAtomicSync } from '@dualbeat/runs';

export type RunCursor = {
  readonly runId: string;
  /** Bytes of the journal that the server has. */
  readonly offset: number;
  readonly step: number;
  readonly nonFinite: number;
  /** Artifact path to size and time of the file that was sent. */
  readonly artifacts: Named<string>;
  /** The state that the server was told: 'RUNNING', 'FINISHED', ... */
  readonly status: string;
};
export type Cursors = { readonly experimentId: string; readonly runs: Named<RunCursor> };

export function cursorFile(experimentPath: string, uri: string): string {
  const server = createHash('sha256').update(uri).digest('hex').slice(0, 12);
  return join(experimentPath, 'tracking', `${server}.json`);
}

/** A file that is missing or damaged is none: everything is sent again, and the server keeps one of each. */
export function readCursors(file: string): Cursors | null {
  if (!existsSync(file)) return null;
  try {
    const found = JSON.parse(readFileSync(file, 'utf8')) as Cursors;
    return typeof found.experimentId === 'string' && typeof found.runs === 'object' ? found : null;
  } catch {
    return null;
  }
}

export function writeCursors(file: string, cursors: Cursors): void {
  mkdirSync(join(file, '..'), { recursive: true });
  writeAtomicSync(file, `${JSON.stringify(cursors, null, 2)}\n`);
}

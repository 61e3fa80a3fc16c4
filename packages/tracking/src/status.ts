/** @file How much of each run one server has. Asks the files only. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cursorFile, readCursors } from './cursor.ts';
import { readRunTree } from './run-tree.ts';

export type TrackStatus = {
  readonly experiment: string;
  readonly stage: string;
  readonly status: string;
  readonly journalBytes: number;
  readonly sentBytes: number;
  /** Null: the server does not know it yet. */
  readonly runId: string | null;
};

export function trackStatus(runsRoot: string, uri: string): readonly TrackStatus[] {
  return readRunTree(runsRoot).flatMap(({ name, path, stages }) => {
    const cursors = readCursors(cursorFile(path, uri));
    return stages.map((stage) => {
      const journal = join(stage.path, 'journal.jsonl');
      const cursor = cursors?.runs[`stage/${stage.id}/${stage.created}`];
      return {
        experiment: name,
        stage: `${stage.name}-${stage.id}`,
        status: stage.status,
        journalBytes: existsSync(journal) ? statSync(journal).size : 0,
        sentBytes: cursor?.offset ?? 0,
        runId: cursor?.runId ?? null,
      };
    });
  });
}

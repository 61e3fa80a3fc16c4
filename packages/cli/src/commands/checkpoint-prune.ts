/** @file `dualbeat checkpoint prune`: deletes what is neither last nor among the best. */
import { dirname } from 'node:path';
import { DualbeatError } from '@dualbeat/core';
import { lockHolder } from '@dualbeat/runs';
import { pruneCheckpointFolder } from '@dualbeat/training';
import { say, sayJson } from '../say.ts';
import { findCheckpoints } from './checkpoint-folder.ts';

export type PruneFlags = {
  readonly keepBest: string;
  readonly dropKept?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
};

/** Errors: those of `findCheckpoints`, E_OPTION, E_RUN_LOCKED. */
export async function pruneCheckpoints(path: string, flags: PruneFlags): Promise<number> {
  const keepBest = Number(flags.keepBest);
  if (!Number.isSafeInteger(keepBest) || keepBest < 0) throw notACount(flags.keepBest);
  const { store } = findCheckpoints(path);
  const holder = lockHolder(dirname(store));
  if (holder !== undefined) throw running(dirname(store), holder.pid);
  const dryRun = flags.dryRun === true;
  const dropPinned = flags.dropKept === true;
  const gone = await pruneCheckpointFolder(store, { keepBest, dropPinned, dryRun });
  if (flags.json === true) sayJson({ deleted: gone, dryRun });
  else if (gone.length === 0) say('nothing to delete');
  else for (const name of gone) say(`${dryRun ? 'would delete' : 'deleted'} ${name}`);
  return 0;
}

function notACount(value: string): DualbeatError {
  return new DualbeatError({
    code: 'E_OPTION',
    where: '--keep-best',
    cause: `"${value}" is no number of checkpoints.`,
    fix: 'give 0 or more.',
  });
}

function running(folder: string, pid: number): DualbeatError {
  return new DualbeatError({
    code: 'E_RUN_LOCKED',
    where: folder,
    cause: `process ${pid} is running this stage.`,
    fix: 'wait until it has ended, or stop it first.',
  });
}

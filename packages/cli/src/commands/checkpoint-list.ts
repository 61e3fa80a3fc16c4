/** @file `dualbeat checkpoint list`. */
import type { ListedCheckpoint } from '@dualbeat/training';
import { say, sayJson } from '../say.ts';
import { findCheckpoints } from './checkpoint-folder.ts';

/** Errors: those of `findCheckpoints`. */
export function listCheckpoints(path: string, flags: { readonly json?: boolean }): number {
  const { checkpoints } = findCheckpoints(path);
  if (flags.json === true) sayJson(checkpoints);
  else for (const one of checkpoints) say(lineOf(one));
  return 0;
}

function lineOf(one: ListedCheckpoint): string {
  const { name, step, epoch, bytes, last, rank, value, pinned, problem } = one;
  const marks = [
    ...(last ? ['last'] : []),
    ...(rank === null ? [] : [`best ${rank}${value === null ? '' : ` (${value})`}`]),
    ...(pinned ? ['kept'] : []),
  ];
  const size = `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  const facts = problem === null ? `step ${step}, epoch ${epoch}, ${size}` : `damaged: ${problem}`;
  return `${name}  ${facts}${marks.length === 0 ? '' : `  ${marks.join(', ')}`}`;
}

/** @file `dualbeat checkpoint show`: what a checkpoint says of itself. */
import { join } from 'node:path';
import type { Named } from '@dualbeat/core';
import { readCheckpoint } from '@dualbeat/training';
import { say, sayJson } from '../say.ts';
import { findCheckpoints } from './checkpoint-folder.ts';

/** Of several, the last. Errors: those of `findCheckpoints`, E_CHECKPOINT_DAMAGED. */
export function showCheckpoint(path: string, flags: { readonly json?: boolean }): number {
  const { store, checkpoints } = findCheckpoints(path);
  const name = (checkpoints.find(({ last }) => last) ?? checkpoints.at(-1))?.name ?? '';
  const folder = join(store, name);
  const { about, progress, params, state, subjects } = readCheckpoint(folder, { optimizer: false });
  const tensors = Object.fromEntries(
    Object.entries({ ...params, ...state }).map(([tensor, { shape }]) => [tensor, shape]),
  );
  const counts = Object.fromEntries(
    Object.entries(subjects).map(([digest, list]) => [digest, list.length]),
  );
  if (flags.json === true) {
    sayJson({ name, about, progress, tensors, subjects: counts });
    return 0;
  }
  say(`${name}: step ${progress.step}, epoch ${progress.epoch}`);
  say(`${about.experiment} / ${about.stage} (${about.stageId}), seed ${about.seed}`);
  section('components', about.components, (one) => `${one.use} ${JSON.stringify(one.options)}`);
  section('views', about.views, (view) => JSON.stringify(view));
  section('targets', about.targets ?? {}, (target) => JSON.stringify(target));
  section('versions', about.versions, (version) => version);
  section('fitted on', counts, (count) => `${count} subjects`);
  const lineage = (about.lineage ?? []).map((one) => [
    `${one.stage} (${one.stageId})`,
    `${one.subjects} subjects${one.checkpoint === undefined ? '' : `, ${one.checkpoint}`}`,
  ]);
  section('lineage', Object.fromEntries(lineage) as Named<string>, (text) => text);
  section('tensors', tensors, (shape) => `[${shape.join(', ')}]`);
  return 0;
}

function section<T>(title: string, named: Named<T>, text: (value: T) => string): void {
  say(title);
  for (const [name, value] of Object.entries(named)) say(`  ${name}: ${text(value)}`);
}

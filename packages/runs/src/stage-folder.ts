/** @file The folder of one stage: `<root>/<experiment>/stages/<stage>-<id>/`. */
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { causeOf, runFinished, runUnfinished, runUnwritable, stageRecord } from './errors.ts';
import { acquireLock, lockHolder } from './lock.ts';
import { makeFolder } from './make-folder.ts';
import { folderName } from './run-name.ts';
import { safeJoin } from './safe-join.ts';
import { removeTempFiles, writeAtomicSync } from './write-atomic.ts';

const statuses = ['running', 'finished', 'failed', 'interrupted'] as const;
export type StageStatus = (typeof statuses)[number];
/** stage.json; the caller adds what else it wants to keep (best metric, seed, digests). */
export type StageRecord = {
  readonly status: StageStatus;
  readonly experiment: string;
  readonly stage: string;
  readonly id: string;
  /** ISO times. `finished` is set with the status `finished`. */
  readonly created: string;
  readonly updated: string;
  readonly finished?: string;
  readonly [key: string]: unknown;
};
export type StageFolderState = 'absent' | 'finished' | 'unfinished';
export type StageName = {
  /** The runs root, `runs`. */
  readonly root: string;
  readonly experiment: string;
  readonly stage: string;
  readonly id: string;
};
export type StageFolder = {
  readonly path: string;
  /** Paths: the file journal.jsonl, and three folders. */
  readonly journal: string;
  readonly checkpoints: string;
  readonly predictions: string;
  readonly figures: string;
  /** As stage.json says; `interrupted` also where it says `running` and the process is gone. Errors: E_RUN_RECORD. */
  status(): StageStatus;
  /** Changes these entries of stage.json and keeps the others; sets `updated`. */
  writeStage(change: { readonly status?: StageStatus; readonly [key: string]: unknown }): void;
  /** Errors: E_RUN_RECORD where stage.json is missing or broken. */
  readStage(): StageRecord;
};
export type OpenStageFolder = StageFolder & {
  /** 'resumed': there was something to go on with. */
  readonly how: 'new' | 'resumed';
  /** Gives the lock free. A process that dies without it leaves a lock that the next one takes over. */
  close(): void;
};
export type OpenStageOptions = StageName & {
  /** 'new': the folder must not exist. 'resume': go on, or start where nothing is. 'restart': the old folder is kept aside. */
  readonly mode: 'new' | 'resume' | 'restart';
  /** Comes before `--resume` and `--restart` in messages: 'npx dualbeat run experiments/ecg-mae.yaml'. */
  readonly command: string;
  readonly now?: () => Date;
};

/** The paths and the record of a stage folder, without lock: for readers and for the worker of a locked run. */
export function stageFolderAt(name: StageName, now: () => Date = () => new Date()): StageFolder {
  const path = pathOf(name);
  const file = join(path, 'stage.json');
  const readStage = () => readRecord(file);
  return {
    path,
    journal: join(path, 'journal.jsonl'),
    checkpoints: join(path, 'checkpoints'),
    predictions: join(path, 'predictions'),
    figures: join(path, 'figures'),
    readStage,
    status: () => {
      const { status } = readStage();
      return status === 'running' && lockHolder(path) === undefined ? 'interrupted' : status;
    },
    writeStage: (change) => {
      const old: Partial<StageRecord> = existsSync(file) ? readStage() : {};
      const { experiment, stage, id } = name;
      const updated = now().toISOString();
      const times = change.status === 'finished' ? { updated, finished: updated } : { updated };
      const record = { status: 'running', created: updated, ...old, ...change, ...times };
      const whole = { ...record, experiment, stage, id };
      writeAtomicSync(file, `${JSON.stringify(whole, null, 2)}\n`);
    },
  };
}

/** What is in the folder of this stage. A folder whose stage.json is missing or broken is unfinished. */
export function inspectStageFolder(
  root: string,
  experiment: string,
  stage: string,
  id: string,
): StageFolderState {
  return stateOf(stageFolderAt({ root, experiment, stage, id }));
}

/**
 * Opens the folder of a stage to run in it, and locks it.
 * Errors: E_RUN_UNFINISHED (mode 'new'), E_RUN_FINISHED ('new' and 'resume'), E_RUN_LOCKED, E_RUN_UNWRITABLE, E_RUN_NAME.
 * @example openStageFolder({ root: 'runs', experiment: 'ecg-mae', stage: 'pretrain', id: '1f0c', mode: 'new', command: 'npx dualbeat run x.yaml' });
 */
export function openStageFolder(options: OpenStageOptions): OpenStageFolder {
  const { mode, command, now } = options;
  const folder = stageFolderAt(options, now);
  const before = stateOf(folder);
  if (before === 'finished' && mode !== 'restart') throw runFinished(folder.path, command);
  makeFolder(folder.path);
  let lock = acquireLock(folder.path);
  try {
    // Another process may have been here between the look and the lock.
    const state = before === 'absent' && !hasRecord(folder) ? 'absent' : stateOf(folder);
    if (state === 'finished' && mode !== 'restart') throw runFinished(folder.path, command);
    if (state !== 'absent' && mode === 'new') {
      throw runUnfinished(folder.path, statusBefore(folder), command);
    }
    if (state !== 'absent' && mode === 'restart') {
      moveAside(folder.path);
      makeFolder(folder.path);
      lock = acquireLock(folder.path);
    }
    const parts = [folder.checkpoints, folder.predictions, folder.figures];
    parts.forEach(makeFolder);
    [folder.path, ...parts].forEach(removeTempFiles);
    folder.writeStage({ status: 'running' });
    const how = state === 'unfinished' && mode === 'resume' ? 'resumed' : 'new';
    return { ...folder, how, close: () => lock.release() };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function pathOf({ root, experiment, stage, id }: StageName): string {
  const parts = [folderName('experiment name', experiment), 'stages'];
  return safeJoin(root, ...parts, folderName('stage name', `${stage}-${id}`));
}

function hasRecord(folder: StageFolder): boolean {
  return existsSync(join(folder.path, 'stage.json'));
}

/** For the message: this process has the lock by now, so "running" was left by one that is gone. */
function statusBefore(folder: StageFolder): string {
  if (!hasRecord(folder)) return 'no record';
  const { status } = folder.readStage();
  return status === 'running' ? 'interrupted' : status;
}

function stateOf(folder: StageFolder): StageFolderState {
  if (!existsSync(folder.path)) return 'absent';
  try {
    return folder.readStage().status === 'finished' ? 'finished' : 'unfinished';
  } catch {
    return 'unfinished';
  }
}

/** Renames the locked folder to the first free `<name>.replaced-<n>`, without its lock. */
function moveAside(path: string): void {
  let n = 1;
  while (existsSync(`${path}.replaced-${n}`)) n++;
  const aside = `${path}.replaced-${n}`;
  try {
    renameSync(path, aside);
    rmSync(join(aside, 'lock.json'), { force: true });
  } catch (error) {
    throw runUnwritable(path, error);
  }
}

function readRecord(file: string): StageRecord {
  let record: unknown;
  try {
    record = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw stageRecord(file, causeOf(error));
  }
  const { status } = (record ?? {}) as Partial<StageRecord>;
  if (!statuses.some((known) => known === status)) {
    throw stageRecord(file, `its status is ${JSON.stringify(status)}`);
  }
  return record as StageRecord;
}

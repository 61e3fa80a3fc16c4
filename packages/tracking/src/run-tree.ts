/** @file What lies in a runs root: experiments with their sweeps, trials and stages. Reads only. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Named } from '@dualbeat/core';

export type TrialEntry = {
  readonly name: string;
  readonly path: string;
  /** Stage name to stage id. */
  readonly stages: Named<string>;
  /** Of the sweep that it belongs to. */
  readonly sweep: string | null;
};
export type StageEntry = {
  readonly name: string;
  readonly id: string;
  readonly path: string;
  readonly status: string;
  readonly created: string;
  readonly finished: string | null;
};
export type SweepEntry = {
  readonly id: string;
  readonly path: string;
  readonly trials: readonly string[];
};
export type ExperimentEntry = {
  readonly name: string;
  readonly path: string;
  readonly sweeps: readonly SweepEntry[];
  readonly trials: readonly TrialEntry[];
  readonly stages: readonly StageEntry[];
};

/** Folders that are not what they should be are left out: a run that begins at this moment is found the next time. */
export function readRunTree(root: string): readonly ExperimentEntry[] {
  return folders(root).flatMap((name) => {
    const path = join(root, name);
    const stages = folders(join(path, 'stages')).flatMap((folder) =>
      stageOf(join(path, 'stages', folder)),
    );
    const sweeps = folders(join(path, 'sweeps')).flatMap((id) =>
      sweepOf(join(path, 'sweeps', id), id),
    );
    const trials = folders(join(path, 'trials')).flatMap((trial) =>
      trialOf(join(path, 'trials', trial), trial, sweeps),
    );
    return stages.length + trials.length === 0 ? [] : [{ name, path, sweeps, trials, stages }];
  });
}

function trialOf(path: string, name: string, sweeps: readonly SweepEntry[]): TrialEntry[] {
  const stages = objectIn(join(path, 'stages.json'));
  if (stages === null) return [];
  const sweep = sweeps.find(({ trials }) => trials.includes(name))?.id ?? null;
  return [{ name, path, stages: stages as Named<string>, sweep }];
}

function stageOf(path: string): StageEntry[] {
  const record = objectIn(join(path, 'stage.json'));
  if (record === null) return [];
  const text = (key: string): string => (typeof record[key] === 'string' ? record[key] : '');
  return [
    {
      name: text('stage'),
      id: text('id'),
      path,
      status: text('status'),
      created: text('created'),
      finished: text('finished') || null,
    },
  ];
}

/** `trials.json` of a sweep: names of its trial folders. */
function sweepOf(path: string, id: string): SweepEntry[] {
  const found = objectIn(join(path, 'trials.json'));
  if (found === null) return [];
  const { trials } = found;
  return [{ id, path, trials: Array.isArray(trials) ? trials.filter(isText) : [] }];
}

function folders(path: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.includes('.replaced-'))
    .map(({ name }) => name)
    .sort();
}

export function objectIn(file: string): Named<unknown> | null {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Named<unknown>)
      : null;
  } catch {
    return null;
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';

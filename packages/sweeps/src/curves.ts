/** @file What a trial's stage has shown so far: its metrics per epoch and at its end, from its journal. */
import { existsSync } from 'node:fs';
import type { MetricValue, Named } from '@dualbeat/core';
import { readJournal, stageFolderAt } from '@dualbeat/runs';
import type { Curve } from './early-stop.ts';
import type { PlannedTrial } from './plan-sweep.ts';

export function curveOf(
  root: string,
  experiment: string,
  trial: PlannedTrial,
  metric: string,
): Curve {
  return journalOf(root, experiment, trial)
    .filter(({ type }) => type === 'epoch')
    .map((entry) => {
      const value = (entry['metrics'] as Named<unknown> | undefined)?.[metric];
      return typeof value === 'number' ? value : null;
    });
}

/** Of the result stage: the evaluation's value, else that of the last epoch; null where it is not there or not defined. */
export function resultOf(
  root: string,
  experiment: string,
  trial: PlannedTrial,
  metric: string,
): number | null {
  const entries = journalOf(root, experiment, trial);
  const evaluated = entries.findLast(({ type }) => type === 'metrics')?.['metrics'] as
    Named<MetricValue> | undefined;
  const value = evaluated?.[metric];
  if (typeof value === 'number') return value;
  const epoch = entries.findLast(({ type }) => type === 'epoch')?.['metrics'] as
    Named<unknown> | undefined;
  const last = epoch?.[metric];
  return typeof last === 'number' ? last : null;
}

function journalOf(
  root: string,
  experiment: string,
  trial: PlannedTrial,
): ReturnType<typeof readJournal>['entries'] {
  const id = trial.stages[trial.result];
  if (id === undefined) return [];
  const { journal } = stageFolderAt({ root, experiment, stage: trial.result, id });
  return existsSync(journal) ? readJournal(journal).entries : [];
}

/** @file A smoke run: two steps of every stage and a few rows of every split, in folders of its own. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadedExperiment, Named, ResolvedExperiment, Stage } from '@dualbeat/core';
import { lockHolder, safeJoin } from '@dualbeat/runs';
import { smokeRunning } from './errors.ts';
import type { RowLimits } from './data/limit-rows.ts';

export const smokeSteps = 2;
const evaluatedRows = 16;

/** The runs root of smoke runs: a name that no experiment can have. */
export function smokeRoot(runsRoot: string): string {
  return safeJoin(runsRoot, '.smoke');
}

/** The experiment with short stages. Everything else stays, so what a step costs is what it costs. */
export function smokeExperiment(loaded: LoadedExperiment): LoadedExperiment {
  const { resolved } = loaded;
  const stages = Object.entries(resolved.stages).map(([name, stage]) => [name, shortStage(stage)]);
  return {
    ...loaded,
    resolved: { ...resolved, stages: Object.fromEntries(stages) as Named<Stage> },
  };
}

function shortStage(stage: Stage): Stage {
  const { epochs, maxSteps = smokeSteps, evaluateEvery: _every, ...train } = stage.train;
  return {
    ...stage,
    train: {
      ...train,
      // a set of one batch has one step an epoch
      epochs: Math.min(epochs, smokeSteps),
      maxSteps: Math.min(maxSteps, smokeSteps),
      evaluateEvery: 1,
    },
  };
}

/** Rows of each split that a smoke run looks at. */
export function smokeRows({ stages }: Pick<ResolvedExperiment, 'stages'>): RowLimits {
  const perStep = Object.values(stages).map(
    ({ train }) => train.batchSize * (train.accumulate ?? 1),
  );
  const train = smokeSteps * Math.max(...perStep);
  return { train, val: evaluatedRows, test: evaluatedRows, all: evaluatedRows };
}

/** Deletes what earlier smoke runs of an experiment left. Error: E_SMOKE_RUNNING where one still runs. */
export function removeSmokeRuns(runsRoot: string, experiment: string): void {
  const folder = safeJoin(smokeRoot(runsRoot), experiment);
  const stages = join(folder, 'stages');
  const names = existsSync(stages) ? readdirSync(stages) : [];
  for (const name of names) {
    const holder = lockHolder(join(stages, name));
    if (holder !== undefined) throw smokeRunning(folder, holder.pid);
  }
  rmSync(folder, { recursive: true, force: true });
}

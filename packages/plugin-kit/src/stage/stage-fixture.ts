/** @file A tiny stage: modules, rows in memory, and running them through the training package. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostArray, HostMasked, Named, Runtime, Schedule } from '@dualbeat/core';
import type { LoadedBatch, Loader } from '@dualbeat/data';
import {
  initialise,
  openCheckpointStore,
  openSession,
  stageVariables,
  trainStage,
} from '@dualbeat/training';
import type { Checkpoint, HostRows, HostState, StageModules } from '@dualbeat/training';
import { selectRows } from '../harness/harness.ts';
import { tinySchedule } from './tiny.ts';

export type StageFixture = {
  readonly modules: StageModules;
  /** All rows that there are. */
  readonly rows: HostRows;
  readonly schedule?: Schedule;
};

export const batchSize = 3;
const epochs = 1;
export const stepsPerEpoch = 3;
export const totalSteps = epochs * stepsPerEpoch;
export const fixtureRows = batchSize * stepsPerEpoch;

export function pickRows(from: HostRows, rows: readonly number[]): HostRows {
  const pick = (named: Named<HostMasked>): Named<HostMasked> =>
    Object.fromEntries(
      Object.entries(named).map(([name, { values, present }]) => [
        name,
        { values: selectRows(values, rows), present: selectRows(present, rows) },
      ]),
    );
  const subject = rows.map((row) => from.subject[row] as number);
  return {
    views: pick(from.views),
    targets: pick(from.targets),
    subject: Int32Array.from(subject),
  };
}

function loaderOf(rows: HostRows): Loader {
  return {
    async *batches({ order, batchSize: size, from = 0 }): AsyncGenerator<LoadedBatch, undefined> {
      for (let index = from; (index + 1) * size <= order.length; index++) {
        const part = order.slice(index * size, (index + 1) * size);
        const ids = Array.from(part, (row) => `row-${row}`);
        yield { ...pickRows(rows, [...part]), ids, index, rows: part, waitMs: 0 };
      }
      return undefined;
    },
    stats: () => ({ waitMs: 0, batches: 0, readMs: 0, skipped: [] }),
    close: async () => undefined,
  };
}

/**
 * Trains the stage, stopping after each number of steps in `stops` and going on with fresh modules from the checkpoint.
 * Gives the last checkpoint.
 */
export async function trainInterrupted(
  runtime: Runtime,
  make: () => Promise<StageFixture>,
  stops: readonly number[],
): Promise<Checkpoint> {
  const folder = mkdtempSync(join(tmpdir(), 'dualbeat-kit-'));
  const checkpoints = openCheckpointStore({ folder, keepBest: 1, mode: 'min' });
  try {
    for (const stop of [...stops, Infinity]) {
      const { modules, rows, schedule = tinySchedule(0.05) } = await make();
      let steps = 0;
      await trainStage({
        name: 'kit',
        seed: 5,
        runtime,
        modules,
        schedule,
        frozen: new Set(),
        initial: {},
        options: {
          epochs,
          batchSize,
          evaluateEvery: 1,
          clipNorm: 1, // whatever the units of the outputs, steps stay small
          watch: { metric: 'train/loss', mode: 'min' },
        },
        loader: loaderOf(rows),
        rows: {
          train: Int32Array.from({ length: fixtureRows }, (_, i) => i),
          val: new Int32Array(),
        },
        checkpoints,
        about: {
          experiment: 'kit',
          stage: 'kit',
          stageId: 'kit',
          seed: 5,
          components: {},
          views: {},
          cohort: {},
          versions: {},
        },
        emit: (event) => {
          if (event.type === 'step') steps = event.step;
        },
        stopRequested: () => steps >= stop,
      });
    }
    const last = checkpoints.last();
    if (last === null) throw new Error('training left no checkpoint');
    return last.checkpoint;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Initial values as the training package draws them. */
export function initialState(modules: StageModules, frozen: ReadonlySet<string>): HostState {
  const { params, state } = stageVariables(modules);
  const trainable = Object.entries(params).filter(([name]) => !frozen.has(name));
  const optimizer = modules.optimizer.init(Object.fromEntries(trainable));
  return {
    params: initialise(params, 5),
    state: initialise(state, 5),
    optimizer: initialise(optimizer, 5),
  };
}

/** Steps on the same first rows; the losses and the state after them. */
export function trainSteps(
  runtime: Runtime,
  { modules, rows }: StageFixture,
  of: {
    readonly steps: number;
    readonly learningRate: number;
    readonly frozen?: ReadonlySet<string>;
  },
): { readonly before: HostState; readonly after: HostState; readonly losses: readonly number[] } {
  const frozen = of.frozen ?? new Set<string>();
  const few = pickRows(rows, [...Array(batchSize).keys()]);
  const before = initialState(modules, frozen);
  const session = openSession({
    runtime,
    modules,
    frozen,
    seed: 5,
    stage: 'kit',
    from: before,
    step: 0,
    clipNorm: 1,
  });
  try {
    const losses = Array.from({ length: of.steps }, () => {
      const report = session.train(few, { learningRate: of.learningRate, progress: 0.5 });
      return report['loss'] as number;
    });
    return { before, after: session.read(), losses };
  } finally {
    session.close();
  }
}

/** Flat inputs as views, present in every row, so that a task can hand them on. */
export function viewsOf(inputs: Named<HostArray>, rows: number): HostRows {
  const present = { shape: [rows], data: new Uint8Array(rows).fill(1) };
  const views = Object.entries(inputs).map(
    ([name, values]) => [name, { values, present }] as const,
  );
  return {
    views: Object.fromEntries(views),
    targets: {},
    subject: Int32Array.from({ length: rows }, (_, i) => i),
  };
}

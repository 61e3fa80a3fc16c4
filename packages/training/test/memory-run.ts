/** @file A stage over rows in memory: the real loop, steps and checkpoints without files of a cohort. */
import { hostRandom } from '@dualbeat/core';
import type { Named, Runtime } from '@dualbeat/core';
import type { Loader } from '@dualbeat/data';
import { openCheckpointStore, stageVariables } from '../src/index.ts';
import type { HostRows, StageModules, StageRun, TrainEvent, TrainOptions } from '../src/index.ts';

/** Rows in the order asked for; a training pass adds a little noise that depends on epoch and row, as an augmentation does. */
export function memoryLoader(all: HostRows): Loader {
  return {
    async *batches({ order, batchSize, dropRemainder, from = 0, mode, epoch, seed }) {
      const count = dropRemainder
        ? Math.floor(order.length / batchSize)
        : Math.ceil(order.length / batchSize);
      for (let index = from; index < count; index++) {
        const rows = order.slice(index * batchSize, (index + 1) * batchSize);
        const noise = (row: number): number =>
          mode === 'train' ? 0.01 * hostRandom(seed, 'augment', row, epoch)() : 0;
        yield {
          ...take(all, rows, noise),
          index,
          rows,
          ids: [...rows].map((row) => `r${row}`),
          waitMs: 0,
        };
      }
      return undefined;
    },
    stats: () => ({ waitMs: 0, batches: 0, readMs: 0 }),
    close: () => Promise.resolve(),
  } as Loader;
}

function take(
  { views, targets, subject }: HostRows,
  rows: Int32Array,
  noise: (row: number) => number,
): HostRows {
  const pick = (named: HostRows['views'], add: boolean): HostRows['views'] =>
    Object.fromEntries(
      Object.entries(named).map(([name, { values, present }]) => {
        const each = values.data.length / subject.length;
        const flags = present.data.length / subject.length;
        const data = Float32Array.from(
          [...rows].flatMap((row) =>
            [...values.data.subarray(row * each, (row + 1) * each)].map((v) =>
              add && v !== 0 && v !== 1 ? v + noise(row) : v,
            ),
          ),
        );
        const there = Uint8Array.from(
          [...rows].flatMap((row) => [...present.data.subarray(row * flags, (row + 1) * flags)]),
        );
        return [
          name,
          {
            values: { shape: [rows.length, ...values.shape.slice(1)], data },
            present: { shape: [rows.length, ...present.shape.slice(1)], data: there },
          },
        ];
      }),
    );
  return {
    views: pick(views, true),
    targets: pick(targets, false),
    subject: rows.map((row) => subject[row] as number),
  };
}

export type RunOf = {
  readonly runtime: Runtime;
  readonly modules: StageModules;
  readonly rows: HostRows;
  readonly folder: string;
  readonly options?: Partial<TrainOptions>;
  readonly more?: Partial<StageRun>;
  /** Step after which a stop is requested; 0: never. */
  readonly stopAt?: number;
  readonly events?: TrainEvent[];
};

/** Three epochs of two steps of 4 rows, and 4 rows to validate on, unless `options` say otherwise. */
export function memoryRun(of: RunOf): StageRun {
  const { runtime, modules, rows, folder, stopAt = 0, events = [] } = of;
  const count = rows.subject.length;
  let step = 0;
  const options: TrainOptions = {
    epochs: 3,
    batchSize: 4,
    evaluateEvery: 1,
    watch: { metric: 'val/loss', mode: 'min' },
    ...of.options,
  };
  return {
    name: 's',
    seed: 5,
    runtime,
    modules,
    schedule: { at: () => 0.1, observe: (_metrics, memory) => memory },
    frozen: new Set(),
    initial: {},
    options,
    loader: memoryLoader(rows),
    rows: {
      train: Int32Array.from({ length: count - 4 }, (_, i) => i),
      val: Int32Array.from({ length: 4 }, (_, i) => count - 4 + i),
    },
    checkpoints: openCheckpointStore({ folder, keepBest: 1, mode: 'min' }),
    about: {
      experiment: 't',
      stage: 's',
      stageId: '',
      seed: 0,
      components: {},
      views: {},
      cohort: {},
      versions: {},
    },
    emit: (event) => {
      events.push(event);
      if (event.type === 'step') ({ step } = event);
    },
    stopRequested: () => stopAt > 0 && step >= stopAt,
    ...of.more,
  };
}

/** Names of a stage's parameters below a prefix. */
export function paramsBelow(modules: StageModules, prefix: string): string[] {
  return Object.keys(stageVariables(modules).params).filter((name) => name.startsWith(prefix));
}

/** Metrics by epoch, as they were told. */
export function metricStream(events: readonly TrainEvent[]): Named<unknown>[] {
  const byEpoch = new Map<number, Named<unknown>>();
  for (const event of events) if (event.type === 'epoch') byEpoch.set(event.epoch, event.metrics);
  return [...byEpoch.values()];
}

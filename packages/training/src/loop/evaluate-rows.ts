/** @file One pass over the rows of a split: outputs batch by batch, and the means of the scalars. */
import type { HostMasked, Named, Runtime } from '@dualbeat/core';
import type { Loader } from '@dualbeat/data';
import { firstRows, uploadBatch } from '../host-batch.ts';
import { readNumbers } from './session.ts';
import type { Session } from './session.ts';

export type EvaluatedBatch = {
  readonly outputs: Named<HostMasked>;
  readonly ids: readonly string[];
  /** Row numbers of the cohort. */
  readonly rows: Int32Array;
  /** Means over the batch's rows. */
  readonly report: Named<number>;
};

export type EvaluatePass = {
  readonly runtime: Runtime;
  readonly session: Session;
  readonly loader: Loader;
  readonly rows: Int32Array;
  readonly batchSize: number;
  readonly seed: number;
  readonly progress: number;
  /** Without outputs nothing but scalars leaves the device. */
  readonly outputs: boolean;
  readonly stopRequested?: () => boolean;
};

/** Batches in the order of `rows`; the last may be smaller. Ends early where a stop is requested. */
export async function* evaluateRows(pass: EvaluatePass): AsyncGenerator<EvaluatedBatch> {
  const { runtime, session, loader, rows, batchSize } = pass;
  const plan = {
    seed: pass.seed,
    epoch: 0,
    mode: 'eval',
    order: rows,
    dropRemainder: false,
  } as const;
  for await (const loaded of loader.batches({ ...plan, batchSize })) {
    if (pass.stopRequested?.() === true) return;
    const real = loaded.rows.filter((row) => row >= 0).length;
    const batch = uploadBatch(runtime, loaded);
    const at = { firstRow: loaded.index * batchSize, progress: pass.progress };
    const { outputs, report } = session.evaluate(batch, at);
    const read = pass.outputs ? readOutputs(runtime, outputs, real) : {};
    const numbers = readNumbers(runtime, report);
    runtime.dispose({ ...batch });
    runtime.dispose({ outputs, report });
    yield {
      outputs: read,
      ids: loaded.ids.slice(0, real),
      rows: loaded.rows.slice(0, real),
      report: numbers,
    };
  }
}

/** Means over all rows as '<split>/<name>', each batch weighted by its rows; null where a stop came first. */
export async function evaluateScalars(
  pass: Omit<EvaluatePass, 'outputs'>,
  split: string,
): Promise<Named<number> | null> {
  const mean = meanOf(split);
  for await (const batch of evaluateRows({ ...pass, outputs: false })) mean.add(batch);
  return mean.rows() === pass.rows.length ? mean.values() : null;
}

/** Gathers scalars of batches. */
export function meanOf(split: string): {
  add(batch: EvaluatedBatch): void;
  rows(): number;
  values(): Named<number>;
} {
  const sums = new Map<string, number>();
  let count = 0;
  return {
    add({ rows, report }) {
      count += rows.length;
      for (const [name, value] of Object.entries(report)) {
        sums.set(name, (sums.get(name) ?? 0) + value * rows.length);
      }
    },
    rows: () => count,
    values: () =>
      Object.fromEntries(
        [...sums].map(([name, sum]) => [`${split}/${name}`, sum / Math.max(count, 1)]),
      ),
  };
}

function readOutputs(
  runtime: Runtime,
  outputs: ReturnType<Session['evaluate']>['outputs'],
  rows: number,
): Named<HostMasked> {
  const read = (tensor: (typeof outputs)[string]['values']) =>
    firstRows({ shape: [...tensor.shape], data: runtime.read(tensor) }, rows);
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { values, present }]) => [
      name,
      { values: read(values), present: read(present) },
    ]),
  );
}

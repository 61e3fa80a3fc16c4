/** @file One pass over the rows of a split: outputs batch by batch, and the means of the scalars. */
import type { HostArray, HostMasked, Masked, Named, Runtime, Tensor } from '@dualbeat/core';
import type { Loader } from '@dualbeat/data';
import { rowsOf, sliceRows } from '../host-batch.ts';
import { mapNamed } from '../named.ts';
import { readNumbers } from './session.ts';
import type { Session } from './session.ts';

export type EvaluatedBatch = {
  readonly outputs: Named<HostMasked>;
  /** Where they were asked for: 'encoders/<view>' pooled features, 'projectors/<name>' embeddings. */
  readonly features: Named<HostMasked>;
  readonly targets: Named<HostMasked>;
  readonly subjects: Int32Array;
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
  readonly withFeatures?: boolean;
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
    const at = { firstRow: loaded.index * batchSize, progress: pass.progress };
    const { outputs, features, report } = session.evaluate(loaded, at);
    const read = pass.outputs ? readMasked(runtime, outputs, real) : {};
    const made = pass.withFeatures === true ? readMasked(runtime, features, real) : {};
    const numbers = readNumbers(runtime, report);
    runtime.dispose({ outputs, features, report });
    const own = sliceRows(loaded, 0, real);
    yield {
      outputs: read,
      features: made,
      targets: own.targets,
      subjects: own.subject,
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

function readMasked(runtime: Runtime, named: Named<Masked>, rows: number): Named<HostMasked> {
  const read = (tensor: Tensor): HostArray =>
    rowsOf({ shape: [...tensor.shape], data: runtime.read(tensor) }, 0, rows);
  return mapNamed(named, ({ values, present }) => ({
    values: read(values),
    present: read(present),
  }));
}

/** @file Rows of features with their targets, gathered from a split for host code. */
import { at } from '@dualbeat/core';
import type { CallbackEvent, Split, TargetSpec } from '@dualbeat/core';
import { featuresMissing } from '../errors.ts';

export type FeatureRow = {
  readonly features: Float32Array;
  /** NaN where the target is absent. */
  readonly targets: Float64Array;
};

/**
 * At most `limit` rows, drawn without replacement; all rows where there are no more. Rows without the features are left out.
 * Errors: E_CALLBACK_FEATURES, E_NAME_UNKNOWN.
 */
export async function gatherRows(
  event: Pick<CallbackEvent, 'features'>,
  split: Split,
  of: { readonly features: string; readonly target: string; readonly limit: number },
  random: () => number,
): Promise<FeatureRow[]> {
  const rows: FeatureRow[] = [];
  let seen = 0;
  for await (const batch of event.features(split)) {
    const values = batch.values[of.features];
    if (values === undefined) throw featuresMissing(of.features, Object.keys(batch.values));
    const target = at(batch.targets, of.target, 'target');
    const width = values.values.shape.slice(1).reduce((a, b) => a * b, 1);
    for (let i = 0; i < batch.ids.length; i++) {
      if (values.present.data[i] !== 1) continue;
      const place = seen++ < of.limit ? rows.length : Math.floor(random() * seen);
      if (place >= of.limit) continue;
      rows[place] = {
        features: (values.values.data as Float32Array).slice(i * width, (i + 1) * width),
        targets: targetsOf(target, i),
      };
    }
  }
  return rows;
}

/** `present` may be per row or per value. */
function targetsOf(
  {
    values,
    present,
  }: {
    values: { data: ArrayLike<number>; shape: readonly number[] };
    present: { data: ArrayLike<number> };
  },
  row: number,
): Float64Array {
  const rows = values.shape[0] as number;
  const width = values.data.length / rows;
  const flags = present.data.length / rows;
  return Float64Array.from({ length: width }, (_, k) => {
    const there = present.data[row * flags + (flags === 1 ? 0 : k)] === 1;
    return there ? (values.data[row * width + k] as number) : Number.NaN;
  });
}

/** Mean and deviation of each feature over `rows`; a constant one has deviation 1. */
export function standardiser(rows: readonly FeatureRow[]): (x: Float32Array) => Float64Array {
  const width = rows[0]?.features.length ?? 0;
  const mean = new Float64Array(width);
  const square = new Float64Array(width);
  for (const { features } of rows) {
    features.forEach((value, d) => {
      mean[d] = (mean[d] as number) + value / rows.length;
    });
  }
  for (const { features } of rows) {
    features.forEach((value, d) => {
      square[d] = (square[d] as number) + (value - (mean[d] as number)) ** 2 / rows.length;
    });
  }
  const scale = square.map((value) => (value > 1e-12 ? 1 / Math.sqrt(value) : 1));
  return (x) =>
    Float64Array.from(x, (value, d) => (value - (mean[d] as number)) * (scale[d] as number));
}

export type Scored = { readonly truth: number; readonly prediction: number };

/** 1 - squared error over squared deviation; undefined with fewer than 2 rows or constant truth. */
export function r2(rows: readonly Scored[]): number | undefined {
  const mean = rows.reduce((sum, { truth }) => sum + truth, 0) / rows.length;
  const total = rows.reduce((sum, { truth }) => sum + (truth - mean) ** 2, 0);
  if (rows.length < 2 || total === 0) return undefined;
  return (
    1 - rows.reduce((sum, { truth, prediction }) => sum + (truth - prediction) ** 2, 0) / total
  );
}

/** Area under the ROC curve by ranks, ties at half; undefined where a class is missing. */
export function auroc(rows: readonly Scored[]): number | undefined {
  const sorted = [...rows].sort((a, b) => a.prediction - b.prediction);
  const positives = rows.filter(({ truth }) => truth === 1).length;
  const negatives = rows.length - positives;
  if (positives === 0 || negatives === 0) return undefined;
  let ranks = 0;
  for (let i = 0; i < sorted.length;) {
    let end = i;
    while (end < sorted.length && sorted[end]?.prediction === sorted[i]?.prediction) end++;
    const rank = (i + end + 1) / 2; // of all that tie, from 1
    ranks += rank * sorted.slice(i, end).filter(({ truth }) => truth === 1).length;
    i = end;
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** The score of each column and their mean, as '<split>/<name>.<measure>' and '.<target>'. */
export function scores(
  name: string,
  split: Split,
  spec: TargetSpec,
  columns: readonly (readonly Scored[])[],
): { readonly [metric: string]: number } {
  const measure = spec.type === 'binary' ? 'auroc' : spec.type === 'class' ? 'accuracy' : 'r2';
  const score = { auroc, r2, accuracy }[measure];
  const each = columns.flatMap((rows, k): [string, number][] => {
    const value = score(rows);
    return value === undefined ? [] : [[spec.names[k] ?? String(k), value]];
  });
  if (each.length === 0) return {};
  const prefix = `${split}/${name}.${measure}`;
  const mean = each.reduce((sum, [, value]) => sum + value, 0) / each.length;
  return {
    [prefix]: mean,
    ...Object.fromEntries(each.map(([target, value]) => [`${prefix}.${target}`, value])),
  };
}

function accuracy(rows: readonly Scored[]): number | undefined {
  if (rows.length === 0) return undefined;
  return rows.filter(({ truth, prediction }) => truth === prediction).length / rows.length;
}

/** @file Outputs of a split as columns of numbers: what is there, row by row. */
import type { HostMasked, MetricBatch, MetricValue, Named } from '@dualbeat/core';
import { mean, undefinedBecause } from '@dualbeat/evaluation';

/** Predictions and truths of one name, where both are there. */
export type Column = { readonly truth: number[]; readonly prediction: number[] };

/** Values of one row of an output, and whether each is there. */
export type RowValues = { readonly values: ArrayLike<number>; there(k: number): boolean };

/** Row `i` of an output; `present` may be by row or by value. */
export function rowOf({ values, present }: HostMasked, i: number): RowValues {
  const rows = Math.max(values.shape[0] ?? 0, 1);
  const [each, flags] = [values.data.length / rows, present.data.length / rows];
  const span = Math.max(1, each / Math.max(flags, 1));
  return {
    values: values.data.subarray(i * each, (i + 1) * each),
    there: (k) => present.data[i * flags + (flags === 1 ? 0 : Math.floor(k / span))] === 1,
  };
}

/** Columns 0 to `count` of the output `name` and of `<name>/truth`, over all batches. */
export function addColumns(
  columns: readonly Column[],
  name: string,
  { outputs, ids }: MetricBatch,
): void {
  const [predicted, truth] = [outputs[name], outputs[`${name}/truth`]];
  if (predicted === undefined || truth === undefined) return;
  ids.forEach((_id, i) => {
    const [p, t] = [rowOf(predicted, i), rowOf(truth, i)];
    columns.forEach((column, k) => {
      if (!p.there(k) || !t.there(k)) return;
      column.prediction.push(p.values[k] as number);
      column.truth.push(t.values[k] as number);
    });
  });
}

/** The mean of those that are numbers; undefined where none is. */
export function meanDefined(values: readonly MetricValue[]): MetricValue {
  const numbers = values.filter((value) => typeof value === 'number');
  return numbers.length === 0 ? undefinedBecause('it is defined for no name') : mean(numbers);
}

/** What one head was scored on; `values` by name. */
export type Scored = {
  readonly head: string;
  readonly names: readonly string[];
  readonly groups?: Named<readonly string[]>;
  readonly values: readonly MetricValue[];
};

/**
 * The mean over all names as `<metric>`, of a head as `<metric>.<head>` where there are several, of a group as
 * `<metric>.<group>`, and `<metric>.<name>`. A name or group that several heads have is `<metric>.<head>.<name>`.
 */
export function report(metric: string, scored: readonly Scored[]): Named<MetricValue> {
  const found: { [name: string]: MetricValue } = {
    [metric]: meanDefined(scored.flatMap(({ values }) => values)),
  };
  const times = new Map<string, number>();
  for (const { names, groups = {} } of scored)
    for (const name of [...names, ...Object.keys(groups)])
      times.set(name, (times.get(name) ?? 0) + 1);
  for (const { head, names, groups = {}, values } of scored) {
    const label = (name: string): string =>
      (times.get(name) ?? 0) > 1 ? `${metric}.${head}.${name}` : `${metric}.${name}`;
    if (scored.length > 1) found[`${metric}.${head}`] = meanDefined(values);
    for (const [group, members] of Object.entries(groups))
      found[label(group)] = meanDefined(
        values.filter((_, i) => members.includes(names[i] as string)),
      );
    names.forEach((name, i) => (found[label(name)] = values[i] as MetricValue));
  }
  return found;
}

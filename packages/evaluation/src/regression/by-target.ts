/** @file A metric of each target of a set, and its mean over the named groups of that set. */
import type { MetricValue, Named } from '@dualbeat/core';
import { isDefined, undefinedBecause } from '../values.ts';
import type { Values } from '../values.ts';
import { unknownTarget } from '../errors.ts';

export type TargetColumns = {
  readonly truth: Values;
  readonly prediction: Values;
  /** 1 where the truth is known; without it, everywhere. */
  readonly present?: Values;
};

/**
 * `metric` of every target over the rows where its truth is known, under the target's name, and for each group the mean
 * over its targets, under the group's name. A group with a target whose metric is undefined is undefined and names it:
 * a mean over fewer targets could not be compared. Errors: E_EVALUATION_TARGET, E_EVALUATION_LENGTH.
 */
export function byTarget(
  metric: (truth: Values, prediction: Values) => MetricValue,
  targets: Named<TargetColumns>,
  groups: Named<readonly string[]>,
): { readonly targets: Named<MetricValue>; readonly groups: Named<MetricValue> } {
  const found: Record<string, MetricValue> = {};
  for (const [name, columns] of Object.entries(targets)) {
    const { truth, prediction } = presentPairs(columns);
    found[name] = metric(truth, prediction);
  }
  const means: Record<string, MetricValue> = {};
  for (const [group, names] of Object.entries(groups)) means[group] = meanOf(group, names, found);
  return { targets: found, groups: means };
}

/** The pairs whose truth is known. */
export function presentPairs(columns: TargetColumns): {
  readonly truth: Values;
  readonly prediction: Values;
} {
  const { truth, prediction, present } = columns;
  if (present === undefined) return { truth, prediction };
  const rows = Array.from({ length: truth.length }, (_, i) => i).filter((i) => present[i] === 1);
  return {
    truth: rows.map((i) => truth[i] as number),
    prediction: rows.map((i) => prediction[i] as number),
  };
}

function meanOf(group: string, names: readonly string[], found: Named<MetricValue>): MetricValue {
  if (names.length === 0) return undefinedBecause('the group has no targets');
  let sum = 0;
  for (const name of names) {
    const value = Object.hasOwn(found, name) ? found[name] : undefined;
    if (value === undefined) throw unknownTarget(group, name, Object.keys(found));
    if (!isDefined(value)) return undefinedBecause(`${name}: ${value.undefinedBecause}`);
    sum += value;
  }
  return sum / names.length;
}

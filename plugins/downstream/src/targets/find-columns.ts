/** @file Where a cohort holds the values of a name. */
import type { Named, TargetSet, TargetSpec } from '@dualbeat/core';
import { targetsMissing } from '../errors.ts';

export type Wanted = {
  readonly name: string;
  readonly unit: string;
  readonly group?: string;
  /** Other names under which cohorts hold it: '24100'. */
  readonly also: readonly string[];
};

/** Names are compared without case, and without what is no letter or digit. */
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** The set of the wanted names, each from the first target of the type that has it. Error: E_TARGETS_MISSING. */
export function findColumns(
  set: string,
  type: TargetSpec['type'],
  wanted: readonly Wanted[],
  targets: Named<TargetSpec>,
): TargetSet {
  const there = new Map<string, { target: string; column: number }>();
  for (const [target, spec] of Object.entries(targets)) {
    // A column of a target is one number; survival has two.
    if (spec.type !== type || spec.shape.length !== 1) continue;
    spec.names.forEach((name, column) => {
      if (!there.has(plain(name))) there.set(plain(name), { target, column });
    });
  }
  const columnOf = ({ name, also }: Wanted) =>
    [name, ...also].map((known) => there.get(plain(known))).find((found) => found !== undefined);
  const missing = wanted.filter((one) => columnOf(one) === undefined).map(({ name }) => name);
  if (missing.length > 0) throw targetsMissing(set, missing, wanted.length, targets);
  const columns = wanted.flatMap((one) => columnOf(one) ?? []);
  const from = (pick: (spec: TargetSpec) => readonly number[]): readonly number[] =>
    columns.map(({ target, column }) => pick(targets[target] as TargetSpec)[column] ?? 0);
  const units = columns.map(({ target, column }, i) => {
    const own = targets[target]?.units[column];
    return own === undefined || own === '' ? (wanted[i] as Wanted).unit : own;
  });
  const groups: { [group: string]: string[] } = {};
  for (const { name, group } of wanted) if (group !== undefined) (groups[group] ??= []).push(name);
  return {
    spec: {
      shape: [wanted.length],
      dtype: 'float32',
      type,
      names: wanted.map(({ name }) => name),
      units,
      mean: from(({ mean }) => mean),
      std: from(({ std }) => std),
      ...(Object.keys(groups).length === 0 ? {} : { groups }),
    },
    columns,
  };
}

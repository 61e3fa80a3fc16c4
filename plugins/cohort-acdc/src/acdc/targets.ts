/** @file Targets of ACDC: phenotypes from the labels, and the group of diagnosis. */
import type { HostMasked, Named, TargetSpec } from '@dualbeat/core';
import type { Phenotypes } from '@dualbeat/cmr-io';
import { GROUPS } from './info.ts';
import type { Patient } from './patients.ts';

type Name = Exclude<keyof Phenotypes, 'LVCO'>;
const units: { readonly [N in Name]: readonly [string, 'structural' | 'functional'] } = {
  LVEDV: ['mL', 'structural'],
  LVESV: ['mL', 'structural'],
  LVSV: ['mL', 'functional'],
  LVEF: ['%', 'functional'],
  LVM: ['g', 'structural'],
  RVEDV: ['mL', 'structural'],
  RVESV: ['mL', 'structural'],
  RVSV: ['mL', 'functional'],
  RVEF: ['%', 'functional'],
  wallThickness: ['mm', 'structural'],
};
const all = Object.keys(units) as Name[];
/** By target: `phenotypes` has all; `ed3` is that of the paper (paper.md 2.1). */
const sets: { readonly [target: string]: readonly Name[] } = {
  phenotypes: all,
  ed3: ['LVEDV', 'LVM', 'RVEDV'],
};

/** The target `group`: an index, or a yes/no column for each. */
export type GroupForm = 'class' | 'binary';

/** Means and population standard deviations over the patients of the training part that have a value. */
export function targetSpecs(train: readonly Patient[], form: GroupForm): Named<TargetSpec> {
  const numbers = Object.entries(sets).map(([target, names]): [string, TargetSpec] => {
    const moments = names.map((name) =>
      momentsOf(train.flatMap(({ phenotypes }) => phenotypes[name] ?? [])),
    );
    return [
      target,
      {
        ...{ shape: [names.length], dtype: 'float32', type: 'number', names },
        units: names.map((name) => units[name][0]),
        mean: moments.map(({ mean }) => mean),
        std: moments.map(({ std }) => std),
        groups: Object.fromEntries(
          (['structural', 'functional'] as const).map((group) => [
            group,
            names.filter((name) => units[name][1] === group),
          ]),
        ),
      },
    ];
  });
  const shares = GROUPS.map(
    (group) => train.filter(({ info }) => info.group === group).length / Math.max(train.length, 1),
  );
  const group: TargetSpec = {
    ...(form === 'class'
      ? ({ shape: [], dtype: 'int32', type: 'class' } as const)
      : ({ shape: [GROUPS.length], dtype: 'float32', type: 'binary' } as const)),
    names: GROUPS,
    units: GROUPS.map(() => '1'),
    mean: shares,
    std: shares.map((share) => Math.sqrt(share * (1 - share))),
  };
  return { ...Object.fromEntries(numbers), group };
}

/** The target `name` of the patients. */
export function targetOf(name: string, patients: readonly Patient[], form: GroupForm): HostMasked {
  if (name === 'group' && form === 'binary') {
    const data = patients.flatMap(({ info }) =>
      GROUPS.map((group) => Number(group === info.group)),
    );
    const shape = [patients.length, GROUPS.length];
    const present = new Uint8Array(data.length).fill(1);
    return { values: { shape, data: Float32Array.from(data) }, present: { shape, data: present } };
  }
  if (name === 'group') {
    const data = Int32Array.from(patients, ({ info }) => GROUPS.indexOf(info.group));
    const present = new Uint8Array(patients.length).fill(1);
    return {
      values: { shape: [patients.length], data },
      present: { shape: [patients.length], data: present },
    };
  }
  const names = sets[name] as readonly Name[];
  const found = patients.flatMap(({ phenotypes }) => names.map((one) => phenotypes[one]));
  const shape = [patients.length, names.length];
  return {
    values: { shape, data: Float32Array.from(found, (value) => value ?? 0) },
    present: { shape, data: Uint8Array.from(found, (value) => (value === null ? 0 : 1)) },
  };
}

function momentsOf(values: readonly number[]): { readonly mean: number; readonly std: number } {
  if (values.length === 0) return { mean: 0, std: 1 };
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, std: Math.sqrt(variance) };
}

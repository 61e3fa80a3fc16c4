/** @file The targets: what each is called, and its values for a row. */
import type { Named, TargetSpec } from '@dualbeat/core';
import { ENDPOINT_NAMES } from './latents/endpoints.ts';
import type { EndpointName } from './latents/endpoints.ts';
import { PHENOTYPE_SETS, PHENOTYPES } from './latents/phenotypes.ts';
import type { Row } from './row.ts';

/** `values` [names, width]; a missing value is undefined. `labelled`: the label fraction holds for it. */
export type Target = {
  /** The target that has all names of this kind. */
  readonly base: 'parameters' | 'all82' | 'endpoints' | 'survival' | 'age' | 'sex';
  readonly spec: Omit<TargetSpec, 'mean' | 'std'>;
  readonly labelled: boolean;
  readonly value: (row: Row, name: number) => readonly number[] | undefined;
};

const column = (
  type: 'number' | 'binary',
  names: readonly string[],
  units: readonly string[],
): Target['spec'] => ({ shape: [names.length], dtype: 'float32', type, names, units });

const ECG = { heartRate: 'bpm', qrsWidth: 'ms', axis: 'deg', amplitude: 'mV' } as const;
const ECG_NAMES = Object.keys(ECG) as (keyof typeof ECG)[];

/** Of the ECG itself: always there. */
const ecgTarget = (names: readonly (keyof typeof ECG)[]): Target => ({
  base: 'parameters',
  spec: column(
    'number',
    names,
    names.map((name) => ECG[name]),
  ),
  labelled: false,
  value: (row, k) => [row.parameters()[names[k] as keyof typeof ECG]],
});

function phenotypeTarget(names: readonly string[]): Target {
  const at = names.map((name) => PHENOTYPES.findIndex((phenotype) => phenotype.name === name));
  const of = at.map((k) => PHENOTYPES[k] as (typeof PHENOTYPES)[number]);
  const groups: { [group: string]: string[] } = {};
  for (const { group, name } of of) (groups[group] ??= []).push(name);
  return {
    base: 'all82',
    spec: {
      ...column(
        'number',
        names,
        of.map(({ unit }) => unit),
      ),
      groups,
    },
    labelled: true,
    value: (row, k) => {
      const which = at[k] as number;
      return row.missing().phenotypes[which] ? undefined : [row.phenotypes()[which] as number];
    },
  };
}

/** Had it before the visit or until the end of follow-up. */
const binaryTarget = (names: readonly EndpointName[]): Target => ({
  base: 'endpoints',
  spec: column(
    'binary',
    names,
    names.map(() => ''),
  ),
  labelled: true,
  value: (row, k) => {
    const which = ENDPOINT_NAMES.indexOf(names[k] as EndpointName);
    const endpoint = row.endpoints()[which];
    if (endpoint === undefined || row.missing().endpoints[which]) return undefined;
    return [Number(endpoint.before || endpoint.event)];
  },
});

/** [names, 2]: years, and 1 for an event, 0 for the end of follow-up. Not present for who had it before the visit. */
const survivalTarget = (names: readonly EndpointName[]): Target => ({
  base: 'survival',
  spec: {
    shape: [names.length, 2],
    dtype: 'float32',
    type: 'survival',
    names,
    units: names.map(() => 'y'),
  },
  labelled: true,
  value: (row, k) => {
    const which = ENDPOINT_NAMES.indexOf(names[k] as EndpointName);
    const endpoint = row.endpoints()[which];
    if (endpoint === undefined || endpoint.before || row.missing().endpoints[which]) {
      return undefined;
    }
    return [endpoint.years, Number(endpoint.event)];
  },
});

const map = <K extends string>(names: readonly K[], f: (name: K) => [string, Target]) =>
  Object.fromEntries(names.map(f));

/** Every target by name. */
export const TARGETS: Named<Target> = {
  ...map(ECG_NAMES, (name) => [name, ecgTarget([name])]),
  parameters: ecgTarget(ECG_NAMES),
  ...map(Object.keys(PHENOTYPE_SETS) as (keyof typeof PHENOTYPE_SETS)[], (set) => [
    set,
    phenotypeTarget(PHENOTYPE_SETS[set]),
  ]),
  endpoints: binaryTarget(ENDPOINT_NAMES),
  ...map(ENDPOINT_NAMES, (name) => [name, binaryTarget([name])]),
  survival: survivalTarget(ENDPOINT_NAMES),
  ...map(ENDPOINT_NAMES, (name) => [`${name}-survival`, survivalTarget([name])]),
  age: {
    base: 'age',
    spec: column('number', ['age'], ['y']),
    labelled: false,
    value: (row) => [row.labelled().latents.age],
  },
  sex: {
    base: 'sex',
    spec: column('binary', ['male'], ['']),
    labelled: false,
    value: (row) => [Number(row.labelled().latents.male)],
  },
};

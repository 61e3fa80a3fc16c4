import { expect, it } from 'vitest';
import type { Host, HostMasked, TargetSet, TargetSpec } from '@dualbeat/core';
import { resolveTargets, takeTargets } from './resolve-targets.ts';

const spec = (names: readonly string[]): TargetSpec => ({
  shape: [names.length],
  dtype: 'float32',
  type: 'number',
  names,
  units: names.map(() => 'ml'),
  mean: names.map(() => 0),
  std: names.map(() => 1),
});
const cohort = { volumes: spec(['EDV', 'ESV', 'SV']), mass: spec(['mass']) };
/** A host that offers one target set. */
const hostOf = (set: TargetSet): Pick<Host, 'catalogue' | 'create'> => ({
  catalogue: () => [
    { kind: 'target-set', id: 'pick', summary: '', plugin: 'p', version: '1', entry: '.' },
  ],
  create: () => Promise.resolve(set as never),
});
const pick: TargetSet = {
  spec: spec(['SV', 'mass', 'EDV']),
  columns: [
    { target: 'volumes', column: 2 },
    { target: 'mass', column: 0 },
    { target: 'volumes', column: 0 },
  ],
};
const masked = (width: number, values: number[], present: number[]): HostMasked => ({
  values: { shape: [values.length / width, width], data: Float32Array.from(values) },
  present: {
    shape: present.length === values.length ? [values.length / width, width] : [present.length],
    data: Uint8Array.from(present),
  },
});

it("the cohort's own set comes first, and is read as it is", async () => {
  const { own } = await resolveTargets(hostOf(pick), cohort, { own: 'volumes' });
  expect(own).toEqual({ spec: cohort.volumes, reads: ['volumes'], columns: null });
  const volumes = masked(3, [1, 2, 3], [1]);
  expect(takeTargets(own as NonNullable<typeof own>, { volumes })).toBe(volumes);
});

it('a component picks columns of several targets; what is absent in one is absent here', async () => {
  const { head } = await resolveTargets(hostOf(pick), cohort, { head: 'pick' });
  expect(head).toMatchObject({
    reads: ['volumes', 'mass'],
    spec: { names: ['SV', 'mass', 'EDV'] },
  });
  const read = {
    volumes: masked(3, [1, 2, 3, 4, 5, 6], [1, 1, 0, 1, 1, 1]), // a flag a value
    mass: masked(1, [70, 80], [1, 0]), // a flag a row
  };
  const taken = takeTargets(head as NonNullable<typeof head>, read);
  expect(taken.values).toEqual({ shape: [2, 3], data: Float32Array.of(0, 70, 1, 6, 0, 4) });
  expect(taken.present).toEqual({ shape: [2, 3], data: Uint8Array.of(0, 1, 1, 1, 0, 1) });
});

it('a name that nobody has, and a component that takes what is not there', async () => {
  await expect(
    resolveTargets(hostOf(pick), cohort, { head: 'volume' }, 'stages.a.targets'),
  ).rejects.toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_TARGETS_UNKNOWN: stages.a.targets.head: there is no target set 'volume'; the cohort has: volumes [3], mass [1]; the plugins have: pick. Fix: did you mean 'volumes'?]`,
  );
  const wrong = { ...pick, columns: [{ target: 'volumes', column: 3 }, ...pick.columns.slice(1)] };
  await expect(
    resolveTargets(hostOf(wrong), cohort, { head: 'pick' }, 'stages.a.targets'),
  ).rejects.toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_TARGETS_COLUMNS: stages.a.targets.head: the target set "pick" takes "SV" from column 3 of "volumes", which has 3. Fix: correct create() of the component.]`,
  );
  const short = { ...pick, columns: pick.columns.slice(1) };
  await expect(
    resolveTargets(hostOf(short), cohort, { head: 'pick' }, 'stages.a.targets'),
  ).rejects.toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_TARGETS_COLUMNS: stages.a.targets.head: the target set "pick" declares 3 names and shape [3] for 2 columns. Fix: correct create() of the component.]`,
  );
});

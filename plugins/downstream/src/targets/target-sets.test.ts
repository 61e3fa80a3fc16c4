import type { Host, TargetSpec } from '@dualbeat/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPlugin, target } from '../../test/support.ts';
import { phenotypes } from './phenotypes.ts';

let host: Host;
beforeAll(async () => {
  host = await openPlugin();
});
afterAll(() => host.close());
const names = phenotypes.map(({ name }) => name);
const all = target('number', names, {
  units: phenotypes.map(({ unit }) => unit),
  mean: names.map((_, i) => i),
  std: names.map((_, i) => 10 + i),
});
const make = (id: string, targets: { readonly [name: string]: TargetSpec }) =>
  host.create('target-set', { use: id }, { targets });

// Field numbers of the paper facts, 2.1.
const fieldsOf = (found: { readonly columns: readonly { readonly column: number }[] }) =>
  found.columns.map(({ column }) => 24100 + column);

test('golden: the sets by field', async () => {
  const sets = { phenotypes: all };
  expect(fieldsOf(await make('ed3', sets))).toEqual([24100, 24105, 24106]);
  expect(fieldsOf(await make('es5', sets))).toEqual([24101, 24102, 24104, 24107, 24108]);
  expect(fieldsOf(await make('es5-eval', sets))).toEqual([24100, 24101, 24103, 24106, 24107]);
  const sax = [24100, 24101, 24102, 24103, 24104, 24105, 24106, 24107, 24108, 24109];
  expect(fieldsOf(await make('sax13', sets))).toEqual([...sax, 24140, 24157, 24174]);
  expect((await make('all82', sets)).columns).toHaveLength(82);
  const rest = fieldsOf(await make('no-aorta76', sets));
  expect(rest).toHaveLength(76);
  for (const field of [24118, 24119, 24120, 24121, 24122, 24123]) expect(rest).not.toContain(field);
  expect(names[24140 - 24100]).toBe('WT_Global');
  expect(names[24181 - 24100]).toBe('Ell_Global');
  const both = [await make('structural', sets), await make('functional', sets)];
  expect(both.map(({ spec }) => spec.names.length)).toEqual([26, 50]);
  expect(both.flatMap(({ spec }) => spec.names)).toHaveLength(76);
});

test('units, moments and groups come along; names are found in any spelling, also by field', async () => {
  const { spec, columns } = await make('ed3', {
    age: target('number', ['age']),
    volumes: target('number', ['24106', 'lv-edv'], { mean: [156, 147], std: [37, 34] }),
    mass: target('number', ['LVM'], { mean: [86], std: [22], units: ['g'] }),
    flags: target('binary', ['LVEDV']),
  });
  expect(columns).toEqual([
    { target: 'volumes', column: 1 },
    { target: 'mass', column: 0 },
    { target: 'volumes', column: 0 },
  ]);
  expect(spec).toMatchObject({
    names: ['LVEDV', 'LVM', 'RVEDV'],
    units: ['mL', 'g', 'mL'],
    mean: [147, 86, 156],
    std: [34, 22, 37],
    groups: { structural: ['LVEDV', 'LVM', 'RVEDV'] },
  });
});

test('endpoints by name, all or one', async () => {
  const ids = ['cad', 'af', 'scd', 'hf', 'mi', 'cardiomyopathy'];
  const outcomes = target('binary', [
    'Atrial fibrillation',
    'CAD',
    'SCD',
    'HF',
    'MI',
    'Cardiomyopathy',
  ]);
  const { spec, columns } = await make('endpoints', { outcomes });
  expect(spec.names).toEqual(ids);
  expect(columns.map(({ column }) => column)).toEqual([1, 0, 2, 3, 4, 5]);
  expect((await make('af', { outcomes })).columns).toEqual([{ target: 'outcomes', column: 0 }]);
});

test('names that the cohort lacks are listed', async () => {
  await expect(
    make('es5', { volumes: target('number', ['LVESV', 'LVSV']), rate: target('number', ['rate']) }),
  ).rejects.toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_TARGETS_MISSING: target set es5: the cohort lacks 3 of 5 names: LVCO, RVESV, RVSV; its targets: volumes, rate. Fix: use a smaller set, or a cohort that has these columns.]`,
  );
});

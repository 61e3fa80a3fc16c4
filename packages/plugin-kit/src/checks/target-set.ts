/** @file Checks of target sets: columns that are there, and statistics that are theirs. */
import { isCoded } from '@dualbeat/core';
import type { TargetSet, TargetSpec } from '@dualbeat/core';
import { defineCheck, ensure } from '../check.ts';
import type { CaseSubject } from '../check.ts';
import { deepFreeze } from '../deep-freeze.ts';
import { sizeOf } from '../support/arrays.ts';

export type TargetSetCase = CaseSubject<'target-set'>;

export const targetSetColumns = defineCheck<TargetSetCase>({
  name: 'target-set-columns',
  states:
    'Each name has one column of the cohort, with the unit, mean and standard deviation of that column; groups name columns of the set.',
  async run({ make, from }) {
    const { spec, columns }: TargetSet = await make();
    const lengths = [spec.names, spec.units, spec.mean, spec.std, columns].map((l) => l.length);
    ensure(
      new Set(lengths).size === 1 && lengths[0] === sizeOf(spec.shape) && lengths[0] !== 0,
      `it has ${lengths.join(', ')} names, units, means, standard deviations and columns for the shape [${spec.shape.join(', ')}]`,
      'give one of each per column, and at least one',
    );
    ensure(
      new Set(spec.names).size === spec.names.length,
      'a name is there twice',
      'name each column once',
    );
    for (const [i, { target, column }] of columns.entries()) {
      const source: TargetSpec | undefined = from.targets[target];
      ensure(
        source !== undefined &&
          Number.isInteger(column) &&
          column >= 0 &&
          column < sizeOf(source.shape),
        `"${spec.names[i]}" is column ${column} of "${target}", which the cohort has not`,
        'look the columns up in `from.targets`',
      );
      const same = (['names', 'units', 'mean', 'std'] as const).find(
        (of) => spec[of][i] !== source[of][column],
      );
      ensure(
        same === undefined,
        `"${spec.names[i]}" has the ${same} ${spec[same ?? 'names'][i]}, its column has ${source[same ?? 'names'][column]}`,
        "take a column's description over as it is",
      );
    }
    for (const [group, names] of Object.entries(spec.groups ?? {})) {
      const strange = names.find((name) => !spec.names.includes(name));
      ensure(
        strange === undefined,
        `the group ${group} names "${strange}", which the set has not`,
        'let groups name columns of the set',
      );
    }
  },
});

export const targetSetPure = defineCheck<TargetSetCase>({
  name: 'target-set-pure',
  states:
    'Two of the same options are the same plain JSON, and the order of the cohort does not matter.',
  async run({ make, from, component, plugin, id, options }) {
    deepFreeze(from.targets);
    const [a, b] = [await make(), await make()];
    const turned = Object.fromEntries(Object.entries(from.targets).reverse());
    const other = await plugin.host.create(
      component.kind,
      { use: id, options },
      { targets: turned },
    );
    const json = JSON.stringify(a);
    ensure(
      JSON.stringify(b) === json && JSON.stringify(JSON.parse(json)) === json,
      'two of the same options differ',
      'derive the set from options and targets alone',
    );
    ensure(
      JSON.stringify(other) === json,
      "the set changes with the order of the cohort's targets",
      'order columns by the options, or by name',
    );
  },
});

export const targetSetErrors = defineCheck<TargetSetCase>({
  name: 'target-set-errors',
  states: 'A cohort without the targets is a coded error.',
  async run({ component, plugin, id, options }) {
    const error: unknown = await plugin.host
      .create(component.kind, { use: id, options }, { targets: {} })
      .then(
        () => 'no error',
        (thrown: unknown) => thrown,
      );
    ensure(
      isCoded(error) && error.code !== 'E_COMPONENT_CREATE',
      `a cohort without targets gives ${String(error)}`,
      'throw a coded error that names what is missing',
    );
  },
});

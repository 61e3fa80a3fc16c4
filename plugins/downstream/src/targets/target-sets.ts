/** @file Target sets by name: phenotypes and clinical endpoints. */
import { defineComponent } from '@dualbeat/core';
import { Type } from 'typebox';
import { endpoints } from './endpoints.ts';
import { findColumns } from './find-columns.ts';
import type { Wanted } from './find-columns.ts';
import { phenotypeSets } from './phenotypes.ts';

const none = Type.Object({}, { additionalProperties: false });

const setOf = (id: string, type: 'number' | 'binary', wanted: readonly Wanted[]) =>
  defineComponent({
    kind: 'target-set',
    id,
    options: none,
    create: (_options, { targets }) => findColumns(id, type, wanted, targets),
  });

/** Names are those of `phenotypes`; a cohort may also call them by their field ('24100'). */
export const phenotypeTargets = Object.entries(phenotypeSets).map(([id, set]) =>
  setOf(
    id,
    'number',
    set.map(({ name, unit, group, field }) => ({ name, unit, group, also: [`${field}`] })),
  ),
);

const wantedEndpoints = endpoints.map(({ id, name }) => ({ name: id, unit: '', also: [name] }));

/** `endpoints`: all six, as a multi-label target; and each alone. */
export const endpointTargets = [
  setOf('endpoints', 'binary', wantedEndpoints),
  ...wantedEndpoints.map((one) => setOf(one.name, 'binary', [one])),
];

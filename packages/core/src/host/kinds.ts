/** @file The component kinds at run time, and the typed token of each. */
import type { ServiceIdentifier } from 'inversify';
import type { Component, Kind } from '../contracts/component.ts';
import type { AnyComponent } from './types.ts';

// A record, so that a kind added to the contracts and not here fails to compile.
const every: Readonly<Record<Kind, true>> = {
  encoder: true,
  projector: true,
  head: true,
  loss: true,
  task: true,
  optimizer: true,
  schedule: true,
  cohort: true,
  reader: true,
  transform: true,
  metric: true,
  figure: true,
  'target-set': true,
  callback: true,
  launcher: true,
  search: true,
  tracker: true,
};
export const kinds = Object.keys(every) as readonly Kind[];

/** `Symbol.for`: a plugin that brings its own copy of this package still binds to the same token. */
export function token<T>(name: string): ServiceIdentifier<T> {
  return Symbol.for(`@dualbeat/core/${name}`);
}
/** Where components of a kind are bound, named by their id. */
export function componentToken<K extends Kind>(kind: K): ServiceIdentifier<Component<K>> {
  return token(`component/${kind}`);
}
/** Every component once more, unnamed: `getAll` skips named bindings. */
export const CATALOGUE = token<AnyComponent>('catalogue');

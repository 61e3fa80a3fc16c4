/** @file The document of one trial: file, variant, sets, axis values, seed, in this order. */
import { closest } from '../closest.ts';
import type { Named } from '../contracts/tensor.ts';
import type { Assignment } from './assign.ts';
import { type Environment, fillEnvironment } from './environment.ts';
import { experimentInvalid, trialUnknown } from './errors.ts';
import { applyEntries, entryOf, variantEntries } from './overlay.ts';
import { type Doc, isMap, type Json, type Places, placeOf } from './places.ts';
import { experimentSchema } from './schema.ts';
import { applySet } from './set.ts';

export type Composition = {
  readonly variant?: string | undefined;
  readonly sets: readonly Assignment[];
  readonly values?: Named<unknown> | undefined;
  readonly seed?: number | undefined;
};

export function copyOf({ value, places }: Doc): Doc {
  return { value: structuredClone(value), places: new Map(places) };
}

/**
 * A new document; `source` stays as it is.
 * Errors: E_EXPERIMENT_OVERLAY_PATH, E_EXPERIMENT_SET_PATH, E_EXPERIMENT_ENV, E_EXPERIMENT_VARIANT.
 */
export function composed(
  source: Doc,
  file: string,
  env: Environment,
  { variant, sets, values, seed }: Composition,
): Doc {
  const doc = copyOf(source);
  if (variant !== undefined) {
    const names = variantNames(source);
    if (!names.includes(variant)) throw trialUnknown(file, variant, names, closest(variant, names));
    const problem = applyEntries(doc, variantEntries(source, variant), `variants.${variant}`);
    if (problem !== null) throw experimentInvalid(file, [problem]);
  }
  for (const set of sets) applySet(doc, experimentSchema, set);
  fillEnvironment(doc, env, file);
  if (variant !== undefined || values !== undefined) dropSweep(doc);
  for (const entry of valueEntries(source.places, values ?? {})) {
    const problem = applyEntries(doc, [entry], `sweep.axes.${entry.path.join('.')}`);
    if (problem !== null) throw experimentInvalid(file, [problem]);
  }
  if (seed !== undefined) {
    doc.value['seed'] = seed;
    doc.places.set('seed', { set: `seed=${seed}` });
  }
  return doc;
}

export function variantNames({ value }: Doc): string[] {
  return isMap(value['variants']) ? Object.keys(value['variants']) : [];
}

/** They are applied: a trial written to a file is that trial alone. */
export function dropSweep({ value }: Doc): void {
  delete value['variants'];
  delete value['sweep'];
}

function valueEntries(places: Places, values: Named<unknown>): Assignment[] {
  return Object.entries(values).map(([path, value]) => {
    const at = ['sweep', 'axes', path];
    const entry = entryOf(places, at, path, value as Json);
    const said = places.has(at.join('.')) ? placeOf(places, at) : undefined;
    return {
      ...entry,
      below: new Map(),
      place: said ?? { set: `${path}=${JSON.stringify(value)}` },
    };
  });
}

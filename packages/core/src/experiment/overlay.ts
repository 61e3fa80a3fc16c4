/** @file Overlays of the file as assignments: entries of a variant, and values of axes. */
import { assign, type Assignment } from './assign.ts';
import type { Problem } from './errors.ts';
import { type Doc, isMap, type Json, type Place, type Places, placeOf } from './places.ts';
import { checkKey } from './read-document.ts';
import { experimentSchema } from './schema.ts';

/** What holds for every trial of a file: one name, one set of plugins, one sweep. */
const fixed: ReadonlySet<string> = new Set([
  'dualbeat',
  'name',
  'plugins',
  'extends',
  'variants',
  'sweep',
]);

/** The entries of `variants.<name>`, in the order of the file. */
export function variantEntries(source: Doc, variant: string): Assignment[] {
  const { variants } = source.value;
  const overlay = isMap(variants) ? variants[variant] : undefined;
  if (!isMap(overlay)) return [];
  return Object.entries(overlay).map(([key, value]) =>
    entryOf(source.places, ['variants', variant, key], key, value),
  );
}

/** An overlay's entry `key`, whose value stands at `at` in the file. */
export function entryOf(
  places: Places,
  at: readonly string[],
  key: string,
  value: Json,
): Assignment {
  const prefix = `${at.join('.')}.`;
  const below: Places = new Map();
  for (const [path, place] of places)
    if (path.startsWith(prefix)) below.set(path.slice(prefix.length), place);
  return { path: key.split('.'), value, place: placeOf(places, at) ?? nowhere(key), below };
}

/** A place for what no file says. */
function nowhere(key: string): Place {
  return { set: `${key}=...` };
}

/** Why no overlay may change what is at this path; null: it may. */
export function fixedPath(path: readonly string[]): { cause: string; fix: string } | null {
  const [root = ''] = path;
  if (root === 'seed')
    return { cause: 'an overlay cannot change the seed', fix: "list seeds under 'sweep.seeds'" };
  if (!fixed.has(root)) return null;
  return {
    cause: `an overlay cannot change '${root}': it holds for all trials of the file`,
    fix: 'leave it out, or write another file that extends this one',
  };
}

/** Applies `entries` in place; the first that leads nowhere is the problem. `within`: 'variants.single-ed'. */
export function applyEntries(
  doc: Doc,
  entries: readonly Assignment[],
  within: string,
): Problem | null {
  for (const entry of entries) {
    for (const part of entry.path) checkKey(part, within);
    const fault = fixedPath(entry.path) ?? assign(doc, experimentSchema, entry);
    if (fault !== null)
      return {
        code: 'E_EXPERIMENT_OVERLAY_PATH',
        path: entry.path,
        place: entry.place,
        within,
        ...fault,
      };
  }
  return null;
}

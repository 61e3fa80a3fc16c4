/** @file Reading an experiment file and those that it extends, into one document. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, relative, resolve, sep } from 'node:path';
import { substituted, type Environment } from './environment.ts';
import { extendsCycle, extendsInvalid, fileUnreadable, unparsable } from './errors.ts';
import {
  type Doc,
  forget,
  isMap,
  type Json,
  type JsonMap,
  joined,
  placeOf,
  shownFile,
  shownPlace,
} from './places.ts';
import { parseText } from './read-document.ts';
import { experimentSchema } from './schema.ts';
import { expandShortForms } from './schema-walk.ts';

/**
 * Lays `over` on `base`, in place: maps merge, everything else is replaced; null drops what the base has. A component with
 * another `use` (or sameAs) replaces the base's whole: its options mean other things.
 */
export function mergeOver(base: Doc, over: Doc): void {
  mergeMaps(base, base.value, over, over.value, []);
}

function mergeMaps(
  base: Doc,
  into: JsonMap,
  over: Doc,
  from: JsonMap,
  path: readonly string[],
): void {
  for (const [key, value] of Object.entries(from)) {
    const below = [...path, key];
    const there = Object.hasOwn(into, key) ? into[key] : undefined;
    const place = over.places.get(joined(below));
    if (isMap(there) && isMap(value) && !isOther(there, value)) {
      if (place !== undefined) base.places.set(joined(below), place);
      mergeMaps(base, there, over, value, below);
      continue;
    }
    forget(base.places, joined(below));
    if (value === null && there !== undefined) {
      delete into[key];
      continue;
    }
    into[key] = value;
    for (const [at, said] of over.places)
      if (at === joined(below) || at.startsWith(`${joined(below)}.`)) base.places.set(at, said);
  }
}

function isOther(a: JsonMap, b: JsonMap): boolean {
  const named = (map: JsonMap) => ['use', 'sameAs'].find((key) => typeof map[key] === 'string');
  const [of, over] = [named(a), named(b)];
  return of !== undefined && over !== undefined && (of !== over || a[of] !== b[over]);
}

/** A base by relative path, else by package ('@dualbeat/presets/x.yaml'). */
function baseFile(name: string, from: string): string {
  const near = resolve(dirname(from), name);
  if (name.startsWith('.') || existsSync(near)) return near;
  try {
    return createRequire(from).resolve(name);
  } catch {
    return near;
  }
}

function basesOf(value: Json | undefined): string[] | undefined {
  if (value === undefined) return [];
  const list = Array.isArray(value) ? value : [value];
  return list.every((item) => typeof item === 'string') ? list : undefined;
}

/** Plugin paths of a base are relative to the base; afterwards to the experiment file. */
function relocatePlugins(doc: Doc, file: string, root: string): void {
  const plugins = doc.value['plugins'];
  if (!Array.isArray(plugins) || dirname(file) === dirname(root)) return;
  doc.value['plugins'] = plugins.map((plugin) => {
    if (typeof plugin !== 'string' || !plugin.startsWith('.')) return plugin;
    const moved = relative(dirname(root), resolve(dirname(file), plugin))
      .split(sep)
      .join('/');
    return moved.startsWith('.') ? moved : `./${moved}`;
  });
}

/**
 * The document of `file` over all that it extends, short forms written out, `extends` gone.
 * Errors: E_EXPERIMENT_FILE, E_EXPERIMENT_PARSE, E_EXPERIMENT_EXTENDS_CYCLE.
 */
export function readExtended(file: string, env: Environment, chain: readonly string[] = []): Doc {
  let text: string;
  let real: string;
  try {
    real = realpathSync(file);
    text = readFileSync(real, 'utf8');
  } catch (error) {
    throw fileUnreadable(file, error, chain.at(-1));
  }
  if (chain.includes(real)) throw extendsCycle([...chain.slice(chain.indexOf(real)), real]);
  const { value, places } = parseText(text, { file });
  if (!isMap(value))
    throw unparsable(
      shownFile(file),
      value === null ? 'the file is empty' : 'the file must hold a map of keys',
    );
  const own: Doc = { value, places };
  const place = placeOf(places, ['extends']);
  const bases = basesOf(value['extends']);
  if (bases === undefined)
    throw extendsInvalid(place === undefined ? shownFile(file) : shownPlace(place));
  delete value['extends'];
  forget(places, 'extends');
  expandShortForms(experimentSchema, value, places);
  relocatePlugins(own, file, chain[0] ?? file);
  if (bases.length === 0) return own;
  const merged: Doc = { value: {}, places: new Map() };
  for (const base of bases) {
    const name = substituted(base, env, ['extends'], place, file);
    mergeOver(merged, readExtended(baseFile(name, file), env, [...chain, real]));
  }
  mergeOver(merged, own);
  return merged;
}

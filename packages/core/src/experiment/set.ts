/** @file `--set path=value`: the value at the path is replaced whole, null drops it. */
import { closest } from '../closest.ts';
import { shown } from '../host/schema-problems.ts';
import { setSyntax, setThrough, setUnknown } from './errors.ts';
import { type Doc, forget, isMap, type Json, type JsonMap, joined } from './places.ts';
import { checkKey, parseText } from './read-document.ts';
import {
  childSchema,
  expandShortForms,
  isFree,
  keyword,
  knownKeys,
  type Schema,
} from './schema-walk.ts';

function keysOf(value: Json[] | JsonMap, schema: Schema | undefined): string[] {
  return [...new Set([...Object.keys(value), ...knownKeys(schema)])];
}

/**
 * Applies one assignment to the document, in place. Maps on the way are made where the schema names them; names that the
 * file chooses itself (stages, views) must be there.
 * Errors: E_EXPERIMENT_SET, E_EXPERIMENT_SET_PATH, E_EXPERIMENT_PARSE, E_EXPERIMENT_KEY_FORBIDDEN.
 */
export function applySet(doc: Doc, root: Schema, set: string): void {
  const equals = set.indexOf('=');
  if (equals < 1) throw setSyntax(set, equals < 0 ? 'the "=" is missing' : 'the path is missing');
  const path = set.slice(0, equals).trim().split('.');
  if (path.some((part) => part === '')) throw setSyntax(set, 'the path has an empty part');
  for (const part of path) checkKey(part, `--set ${set}`);
  const text = set.slice(equals + 1);
  if (text.trim() === '') throw setSyntax(set, 'the value is missing');

  let holder: Json[] | JsonMap = doc.value;
  let schema: Schema | undefined = root;
  for (const [depth, key] of path.slice(0, -1).entries()) {
    const next: Json | undefined = read(holder, key);
    const child = childSchema(schema, key);
    const at = joined(path.slice(0, depth + 1));
    if (Array.isArray(next) || isMap(next)) {
      holder = next;
    } else if (next !== undefined && next !== null) {
      throw setThrough(set, at, shown(next));
    } else if (!Array.isArray(holder) && (isFree(schema) || knownKeys(schema).includes(key))) {
      const made: Json[] | JsonMap = keyword(child, 'type') === 'array' ? [] : {};
      holder[key] = made;
      doc.places.set(at, { set });
      holder = made;
    } else {
      throw unknown(set, path.slice(0, depth + 1), holder, schema);
    }
    schema = child;
  }
  assign(doc, holder, schema, path, text, set);
  expandShortForms(root, doc.value, doc.places);
}

function read(holder: Json[] | JsonMap, key: string): Json | undefined {
  return Object.hasOwn(holder, key) && key !== 'length' ? (holder as JsonMap)[key] : undefined;
}

function unknown(
  set: string,
  path: readonly string[],
  holder: Json[] | JsonMap,
  schema: Schema | undefined,
): Error {
  const known = keysOf(holder, schema);
  const near = Array.isArray(holder) ? undefined : closest(path.at(-1) ?? '', known);
  return setUnknown(set, joined(path), near, known);
}

function assign(
  doc: Doc,
  holder: Json[] | JsonMap,
  schema: Schema | undefined,
  path: readonly string[],
  text: string,
  set: string,
): void {
  const key = path.at(-1) as string;
  const child = childSchema(schema, key);
  const parsed = parseText(text, { set });
  // `--set name=2024` means the word where the schema wants one
  const value =
    keyword(child, 'type') === 'string' && parsed.value !== null && typeof parsed.value !== 'string'
      ? text.trim()
      : parsed.value;
  if (Array.isArray(holder)) {
    const index = /^\d+$/.test(key) ? Number(key) : -1;
    if (index < 0 || index > holder.length || (value === null && index === holder.length))
      throw unknown(set, path, holder, undefined);
    if (value === null) holder.splice(index, 1);
    else holder[index] = value;
  } else {
    if (!Object.hasOwn(holder, key) && child === undefined && !isFree(schema))
      throw unknown(set, path, holder, schema);
    if (value === null) delete holder[key];
    else holder[key] = value;
  }
  const at = joined(path);
  if (Array.isArray(holder) && value === null) {
    forget(doc.places, joined(path.slice(0, -1)));
    doc.places.set(joined(path.slice(0, -1)), { set });
    return;
  }
  forget(doc.places, at);
  doc.places.set(at, { set });
  for (const below of parsed.places.keys()) doc.places.set(`${at}.${below}`, { set });
}

/** @file One rule for --set, variants and axes: the value at a path is replaced whole, null drops it. */
import { closest } from '../closest.ts';
import { shown } from '../host/schema-problems.ts';
import {
  type Doc,
  forget,
  isMap,
  type Json,
  type JsonMap,
  joined,
  type Place,
  type Places,
} from './places.ts';
import {
  childSchema,
  expandShortForms,
  isFree,
  keyword,
  knownKeys,
  type Schema,
} from './schema-walk.ts';

export type Assignment = {
  readonly path: readonly string[];
  readonly value: Json;
  /** Where it was said. */
  readonly place: Place;
  /** Where values below it were said, by their path from it; the others: at `place`. */
  readonly below: Places;
  /** The text as it was typed: where the schema wants a string, `name=2024` means the word. */
  readonly text?: string;
};
/** Why a path leads nowhere; without full stops. */
export type PathFault = { readonly cause: string; readonly fix: string };

/**
 * Applies one assignment to the document, in place. Maps on the way are made where the schema names them; names that the
 * file chooses itself (stages, views) must be there, but the last one may be new.
 */
export function assign(doc: Doc, root: Schema, assignment: Assignment): PathFault | null {
  const { path, place } = assignment;
  let holder: Json[] | JsonMap = doc.value;
  let schema: Schema | undefined = root;
  for (const [depth, key] of path.slice(0, -1).entries()) {
    const next: Json | undefined = read(holder, key);
    const child = childSchema(schema, key);
    const at = joined(path.slice(0, depth + 1));
    if (Array.isArray(next) || isMap(next)) {
      holder = next;
    } else if (next !== undefined && next !== null) {
      return {
        cause: `'${at}' is ${shown(next)}, and nothing is below it`,
        fix: `set '${at}' itself`,
      };
    } else if (!Array.isArray(holder) && (isFree(schema) || knownKeys(schema).includes(key))) {
      const made: Json[] | JsonMap = keyword(child, 'type') === 'array' ? [] : {};
      holder[key] = made;
      doc.places.set(at, place);
      holder = made;
    } else {
      return unknown(path.slice(0, depth + 1), holder, schema);
    }
    schema = child;
  }
  const fault = replace(doc, holder, schema, assignment);
  if (fault === null) expandShortForms(root, doc.value, doc.places);
  return fault;
}

function read(holder: Json[] | JsonMap, key: string): Json | undefined {
  return Object.hasOwn(holder, key) && key !== 'length' ? (holder as JsonMap)[key] : undefined;
}

function unknown(
  path: readonly string[],
  holder: Json[] | JsonMap,
  schema: Schema | undefined,
): PathFault {
  const known = [...new Set([...Object.keys(holder), ...knownKeys(schema)])];
  const listed = known.length > 20 ? `${known.slice(0, 20).join(', ')}, ...` : known.join(', ');
  const near = Array.isArray(holder) ? undefined : closest(path.at(-1) ?? '', known);
  return {
    cause: `there is no '${joined(path)}'; there is: ${listed || 'nothing'}`,
    fix: near === undefined ? 'use one of these names' : `did you mean '${near}'?`,
  };
}

function replace(
  doc: Doc,
  holder: Json[] | JsonMap,
  schema: Schema | undefined,
  { path, value: given, place, below, text }: Assignment,
): PathFault | null {
  const key = path.at(-1) as string;
  const child = childSchema(schema, key);
  const wantsWord = text !== undefined && keyword(child, 'type') === 'string' && given !== null;
  // the document is changed in place later: what the assignment holds must stay as it is
  const value = wantsWord && typeof given !== 'string' ? text.trim() : structuredClone(given);
  if (Array.isArray(holder)) {
    const index = /^\d+$/.test(key) ? Number(key) : -1;
    if (index < 0 || index > holder.length || (value === null && index === holder.length))
      return unknown(path, holder, undefined);
    if (value === null) holder.splice(index, 1);
    else holder[index] = value;
  } else {
    if (!Object.hasOwn(holder, key) && child === undefined && !isFree(schema))
      return unknown(path, holder, schema);
    if (value === null) delete holder[key];
    else holder[key] = value;
  }
  const at = joined(path);
  if (Array.isArray(holder) && value === null) {
    const list = joined(path.slice(0, -1));
    forget(doc.places, list);
    doc.places.set(list, place);
    return null;
  }
  forget(doc.places, at);
  doc.places.set(at, place);
  for (const [inner, said] of below) doc.places.set(`${at}.${inner}`, said);
  return null;
}

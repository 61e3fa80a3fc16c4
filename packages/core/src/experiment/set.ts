/** @file `--set path=value`. */
import { assign, type Assignment } from './assign.ts';
import { setPath, setSyntax } from './errors.ts';
import type { Doc, Place } from './places.ts';
import { checkKey, parseText } from './read-document.ts';
import type { Schema } from './schema-walk.ts';

/** Errors: E_EXPERIMENT_SET, E_EXPERIMENT_PARSE, E_EXPERIMENT_KEY_FORBIDDEN. */
export function parseSet(set: string): Assignment {
  const equals = set.indexOf('=');
  if (equals < 1) throw setSyntax(set, equals < 0 ? 'the "=" is missing' : 'the path is missing');
  const path = set.slice(0, equals).trim().split('.');
  if (path.some((part) => part === '')) throw setSyntax(set, 'the path has an empty part');
  for (const part of path) checkKey(part, `--set ${set}`);
  const text = set.slice(equals + 1);
  if (text.trim() === '') throw setSyntax(set, 'the value is missing');
  const { value, places } = parseText(text, { set });
  const place: Place = { set };
  return { path, value, place, below: places, text };
}

/** Applies one --set, in place. Error: E_EXPERIMENT_SET_PATH. */
export function applySet(doc: Doc, root: Schema, assignment: Assignment): void {
  const fault = assign(doc, root, assignment);
  if (fault !== null && 'set' in assignment.place) throw setPath(assignment.place.set, fault);
}

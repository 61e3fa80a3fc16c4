/** @file YAML or JSON text to a plain value with the place of every key. */
import { type Document, LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { keyForbidden, unparsable } from './errors.ts';
import {
  type Json,
  type JsonMap,
  type Place,
  type Places,
  joined,
  shownFile,
  shownPlace,
} from './places.ts';

const forbidden: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const maxNodes = 100_000;
const maxDepth = 100;

export type Parsed = { readonly value: Json; readonly places: Places };
type Walk = {
  readonly document: Document;
  readonly places: Places;
  readonly show: (place: Place) => string;
  readonly placeAt: (offset: number) => Place;
  nodes: number;
  /** Collections whose content is being walked: an alias to one of them would hold itself. */
  readonly open: unknown[];
};

/** Error: E_EXPERIMENT_KEY_FORBIDDEN for keys that could reach an object's prototype. */
export function checkKey(key: string, where: string): void {
  if (forbidden.has(key)) throw keyForbidden(where, key);
}

function scalarValue(value: unknown, where: string): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw unparsable(
    where,
    `${typeof value === 'number' ? String(value) : 'this kind of value'} is not allowed; use a finite number, a string, true, false or null`,
  );
}

function walk(node: unknown, path: readonly string[], place: Place, at: Walk): Json {
  at.nodes++;
  // aliases can stand for very much; they can also hold themselves
  if (at.nodes > maxNodes || path.length > maxDepth)
    throw unparsable(at.show(place), 'the file is too large or too deep');
  at.places.set(joined(path), place);
  if (isAlias(node)) {
    const target = node.resolve(at.document);
    if (target === undefined)
      throw unparsable(at.show(place), `there is no anchor '&${node.source}' before this`);
    if (at.open.includes(target))
      throw unparsable(
        at.show(place),
        `the alias '*${node.source}' stands inside its own anchor, and would never end`,
        undefined,
        'write out what is meant.',
      );
    at.open.push(target);
    const value = walk(target, path, place, at);
    at.open.pop();
    return value;
  }
  if (isSeq(node))
    return node.items.map((item, index) =>
      walk(item, [...path, String(index)], placeOfNode(item, place, at), at),
    );
  if (isMap(node)) {
    const value: JsonMap = {};
    for (const pair of node.items) {
      const keyPlace = placeOfNode(pair.key, place, at);
      const raw = isAlias(pair.key) ? pair.key.resolve(at.document) : pair.key;
      const key = isScalar(raw) ? scalarValue(raw.value, at.show(keyPlace)) : undefined;
      if (key === undefined || typeof key === 'object')
        throw unparsable(at.show(keyPlace), 'a key must be a plain word');
      const name = String(key);
      checkKey(name, at.show(keyPlace));
      if (Object.hasOwn(value, name))
        throw unparsable(at.show(keyPlace), `the key '${name}' is there twice`);
      value[name] = walk(pair.value, [...path, name], keyPlace, at);
    }
    return value;
  }
  if (node === null) return null;
  return scalarValue(isScalar(node) ? node.value : undefined, at.show(place));
}

function placeOfNode(node: unknown, fallback: Place, at: Walk): Place {
  const range = (node as { range?: readonly number[] | null } | null)?.range;
  return range?.[0] === undefined ? fallback : at.placeAt(range[0]);
}

/** Parses `text`; `source` is the file, or the --set whose value this is. Errors: E_EXPERIMENT_PARSE, E_EXPERIMENT_KEY_FORBIDDEN. */
export function parseText(
  text: string,
  source: { readonly file: string } | { readonly set: string },
): Parsed {
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    if ('set' in source) return source;
    const { line, col } = lines.linePos(offset);
    return { file: source.file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const show = (place: Place) => shownPlace(place);
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      logLevel: 'error',
    });
    const fault = document.errors[0] ?? document.warnings[0];
    if (fault !== undefined) throw unparsable(show(placeAt(fault.pos[0])), fault.message, fault);
    const places: Places = new Map();
    const value = walk(document.contents, [], placeAt(0), {
      document,
      places,
      show,
      placeAt,
      nodes: 0,
      open: [],
    });
    places.delete('');
    return { value, places };
  } catch (error) {
    if (error instanceof Error && 'fix' in error) throw error;
    // the parser itself gave up (stack, memory)
    throw unparsable(
      'set' in source ? `--set ${source.set}` : shownFile(source.file),
      error instanceof Error ? error.message : String(error),
      error,
    );
  }
}

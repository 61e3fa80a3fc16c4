/** @file Following a value and its JSON schema side by side. */
import { isMap, type Json, type JsonMap, type Places, joined } from './places.ts';

/** Any JSON schema, also one that TypeBox made. */
export type Schema = object;

/** What a schema says under one keyword. */
export function keyword(schema: Schema | undefined, name: string): unknown {
  return (schema as { readonly [keyword: string]: unknown } | undefined)?.[name];
}

/** The schema of `key` below `schema`; undefined where the schema says nothing about it. */
export function childSchema(schema: Schema | undefined, key: string): Schema | undefined {
  if (schema === undefined) return undefined;
  const properties = keyword(schema, 'properties') as Record<string, Schema> | undefined;
  if (properties !== undefined && Object.hasOwn(properties, key)) return properties[key];
  for (const [pattern, child] of Object.entries(
    (keyword(schema, 'patternProperties') as Record<string, Schema> | undefined) ?? {},
  ))
    if (regexp(pattern).test(key)) return child;
  return keyword(schema, 'items') as Schema | undefined;
}
const patterns = new Map<string, RegExp>();
function regexp(pattern: string): RegExp {
  const known = patterns.get(pattern) ?? new RegExp(pattern, 'u');
  patterns.set(pattern, known);
  return known;
}
/** True where any key may stand: options of components, and what the schema does not describe. */
export function isFree(schema: Schema | undefined): boolean {
  return (
    schema === undefined ||
    (keyword(schema, 'type') === 'object' && keyword(schema, 'additionalProperties') !== false)
  );
}
export function knownKeys(schema: Schema | undefined): string[] {
  return Object.keys((keyword(schema, 'properties') as object | undefined) ?? {});
}

/** Writes every short form out (`loss: mse` to `loss: { use: mse }`), in place. */
export function expandShortForms(
  schema: Schema | undefined,
  value: JsonMap,
  places: Places,
  path: readonly string[] = [],
): void {
  for (const key of Object.keys(value)) {
    const child = childSchema(schema, key);
    if (child === undefined) continue;
    const below = [...path, key];
    value[key] = expanded(child, value[key] as Json, places, below);
  }
}

function expanded(schema: Schema, value: Json, places: Places, path: readonly string[]): Json {
  if (typeof value === 'string' && 'x-use' in schema) {
    const place = places.get(joined(path));
    if (place !== undefined) places.set(joined([...path, 'use']), place);
    return { use: value };
  }
  const short = keyword(schema, 'x-short');
  if (Array.isArray(value) && typeof short === 'string') {
    const below = value.map((_, index) => places.get(joined([...path, String(index)])));
    for (const [index, place] of below.entries())
      if (place !== undefined) places.set(joined([...path, short, String(index)]), place);
    const place = places.get(joined(path));
    if (place !== undefined) places.set(joined([...path, short]), place);
    return { [short]: value };
  }
  if (Array.isArray(value)) {
    const items = keyword(schema, 'items') as Schema | undefined;
    return items === undefined
      ? value
      : value.map((item, index) => expanded(items, item, places, [...path, String(index)]));
  }
  if (isMap(value)) expandShortForms(schema, value, places, path);
  return value;
}

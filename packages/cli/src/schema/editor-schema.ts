/**
 * @file The JSON Schema of experiment files for editors: the project's own schema, with the options of each component where
 * its id stands, and with the short forms. Draft 7, which the YAML language server reads.
 */

type Json = { readonly [keyword: string]: unknown };
export type EditorComponent = {
  readonly kind: string;
  readonly id: string;
  readonly summary: string;
  readonly options: object;
};
/** 'partial': a file that extends others may leave anything out. */
type Form = 'complete' | 'partial';

/** `experiment` is the schema of core, `components` those that are installed. */
export function editorSchema(experiment: object, components: readonly EditorComponent[]): object {
  const form = (name: Form): Json => translated(experiment, name, components);
  const extending = {
    extends: {
      description: 'A file or files whose values this one starts from; this file goes over them.',
      anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }],
    },
  };
  const partial = form('partial');
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Dualbeat experiment',
    if: { required: ['extends'] },
    // oxlint-disable-next-line no-thenable -- a keyword of JSON Schema
    then: {
      ...partial,
      properties: { ...extending, ...(partial['properties'] as Json) },
    },
    else: form('complete'),
    definitions: {
      ...definitions(components, 'complete'),
      ...definitions(components, 'partial'),
    },
  };
}

/** One definition a component: its options. */
function definitions(components: readonly EditorComponent[], form: Form): Json {
  return Object.fromEntries(
    components.map((of) => [nameOf(of, form), translated(of.options, form, [])]),
  );
}

function nameOf({ kind, id }: EditorComponent, form: Form): string {
  return `${form}.${kind}.${id.replaceAll('/', '.')}`;
}

/** A schema and all below it; `x-use` and `x-short` become what an editor understands. */
function translated(schema: unknown, form: Form, components: readonly EditorComponent[]): Json {
  const {
    'x-use': kind,
    'x-short': short,
    'x-own': own,
    ...plain
  } = walked(schema, form, components);
  if (typeof kind === 'string')
    return useOf(kind, plain, form, components, (own as string[]) ?? []);
  if (typeof short === 'string') {
    const { [short]: list } = plain['properties'] as Json;
    const { default: fallback, description, ...rest } = plain;
    return { ...texts(description, fallback), anyOf: [list, rest] };
  }
  return plain;
}

function walked(schema: unknown, form: Form, components: readonly EditorComponent[]): Json {
  const below = (value: unknown): unknown =>
    typeof value === 'object' && value !== null ? translated(value, form, components) : value;
  const entries = Object.entries(schema as Json).flatMap(([key, value]): [string, unknown][] => {
    if (key === 'x-identity') return [];
    if (key === 'required') return requiredOf(schema as Json, form);
    if (key === 'properties' || key === 'patternProperties') {
      const one = (of: unknown): unknown =>
        form === 'partial' ? orNull(below(of) as Json) : below(of);
      return [[key, mapped(value as Json, one)]];
    }
    if (key === 'items' || key === 'additionalProperties') return [[key, below(value)]];
    if (key === 'anyOf' || key === 'oneOf' || key === 'allOf')
      return [[key, (value as unknown[]).map(below)]];
    return [[key, value]];
  });
  return Object.fromEntries(entries);
}

/** In a file that extends another, `null` drops a value. */
function orNull(schema: Json): Json {
  const { type, anyOf, enum: listed, ...rest } = schema;
  if (anyOf !== undefined) return { anyOf: [...(anyOf as unknown[]), { type: 'null' }], ...rest };
  return {
    ...(type === undefined ? {} : { type: [type, 'null'].flat() }),
    ...(listed === undefined ? {} : { enum: [...(listed as unknown[]), null] }),
    ...rest,
  };
}

function mapped(record: Json, fn: (value: unknown) => unknown): Json {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, fn(value)]));
}

/** What has a default need not be said; a partial file need not say anything. */
function requiredOf({ required, properties = {} }: Json, form: Form): [string, unknown][] {
  if (form === 'partial') return [];
  const needed = (required as string[]).filter((key) => {
    const property = (properties as { readonly [key: string]: Json })[key];
    return property === undefined || property['default'] === undefined;
  });
  return needed.length === 0 ? [] : [['required', needed]];
}

/** A place for a component: its id alone, or `{ use, options }` with the options of that id. */
function useOf(
  kind: string,
  plain: Json,
  form: Form,
  components: readonly EditorComponent[],
  own: readonly string[],
): Json {
  const fitting = components.filter((component) => component.kind === kind);
  // Runtimes are not components, and of some kinds there may be none: then any name stands.
  if (fitting.length === 0) return plain;
  const { default: fallback, description, ...object } = plain;
  const ids = [...own, ...fitting.map(({ id }) => id)];
  const id = {
    type: 'string',
    enum: ids,
    markdownEnumDescriptions: [...own.map(() => ''), ...fitting.map(({ summary }) => summary)],
  };
  const properties = { ...(object['properties'] as Json), use: id };
  const choices = fitting.map((component) => ({
    if: { properties: { use: { const: component.id } }, required: ['use'] },
    // oxlint-disable-next-line no-thenable -- a keyword of JSON Schema
    then: { properties: { options: { $ref: `#/definitions/${nameOf(component, form)}` } } },
  }));
  return {
    ...texts(description, fallback),
    anyOf: [id, { ...object, properties, allOf: choices }],
  };
}

function texts(description: unknown, fallback: unknown): Json {
  return {
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: fallback }),
  };
}

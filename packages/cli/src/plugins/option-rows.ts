/** @file The options of a component as rows of a table, from its JSON Schema. */

export type OptionRow = {
  /** 'noise.wanderMv' for an option within one. */
  readonly name: string;
  /** 'integer, at least 1', 'mean, cls', 'list of number'. */
  readonly values: string;
  /** As JSON; 'required' or 'none' where the schema has no default. */
  readonly fallback: string;
  readonly description: string;
};

type Schema = {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: { readonly [name: string]: Schema };
  readonly patternProperties?: { readonly [pattern: string]: Schema };
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
};

/** One row an option, in the order of the schema; the options of an option that is a map follow it. */
export function optionRows(schema: object, prefix = ''): OptionRow[] {
  const { properties = {}, required = [] } = schema as Schema;
  return Object.entries(properties).flatMap(([key, of]) => {
    const name = `${prefix}${key}`;
    const row = {
      name,
      values: valuesOf(of),
      fallback: fallbackOf(of, required.includes(key)),
      description: of.description ?? '',
    };
    return [row, ...optionRows(of, `${name}.`)];
  });
}

function fallbackOf({ default: value }: Schema, required: boolean): string {
  if (value === undefined) return required ? 'required' : 'none';
  return JSON.stringify(value);
}

function valuesOf(schema: Schema): string {
  const { enum: listed, anyOf, oneOf, items, type } = schema;
  if (schema.const !== undefined) return shown(schema.const);
  if (listed !== undefined) return listed.map(shown).join(', ');
  const choices = anyOf ?? oneOf;
  if (choices !== undefined) {
    const constants = choices.every((choice) => choice.const !== undefined);
    return choices.map(valuesOf).join(constants ? ', ' : ' or ');
  }
  if (type === 'array') return `list of ${items === undefined ? 'anything' : valuesOf(items)}`;
  if (type === 'object') {
    const byName = Object.values(schema.patternProperties ?? {})[0];
    return byName === undefined ? 'map' : `map of ${valuesOf(byName)}`;
  }
  const name = type === undefined ? 'anything' : [type].flat().join(' or ');
  return [name, ...bounds(schema)].join(', ');
}

function bounds(schema: Schema): string[] {
  const words = [
    ['at least', schema.minimum],
    ['above', schema.exclusiveMinimum],
    ['at most', schema.maximum],
    ['below', schema.exclusiveMaximum],
  ] as const;
  return words.flatMap(([word, limit]) => (limit === undefined ? [] : [`${word} ${limit}`]));
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** As a Markdown table; bars in texts are escaped. 'No options.' where there are none. */
export function optionTable(schema: object): string {
  const rows = optionRows(schema);
  if (rows.length === 0) return 'No options.';
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const lines = rows.map(
    ({ name, values, fallback, description }) =>
      `| \`${name}\` | ${cell(values)} | \`${cell(fallback)}\` | ${cell(description)} |`,
  );
  return ['| option | values | default | meaning |', '| --- | --- | --- | --- |', ...lines].join(
    '\n',
  );
}

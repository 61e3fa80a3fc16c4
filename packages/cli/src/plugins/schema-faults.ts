/** @file What a good option schema must not lack: descriptions and closed objects. */

type Schema = {
  readonly type?: string;
  readonly properties?: { readonly [name: string]: Schema };
  readonly additionalProperties?: unknown;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly description?: string;
};

/** Each fault names the option: 'noise.wanderMv has no description'. */
export function schemaFaults(schema: object, path = ''): string[] {
  const { type, properties = {}, additionalProperties, items, anyOf = [] } = schema as Schema;
  const name = path === '' ? 'the schema' : path;
  const open =
    type === 'object' && additionalProperties !== false
      ? [`${name} takes unknown keys (additionalProperties: false is missing)`]
      : [];
  const inner = Object.entries(properties).flatMap(([key, of]) => {
    const below = path === '' ? key : `${path}.${key}`;
    const undescribed = of.description === undefined ? [`${below} has no description`] : [];
    return [...undescribed, ...schemaFaults(of, below)];
  });
  const items_ = items === undefined ? [] : schemaFaults(items, `${path}[]`);
  return [...open, ...inner, ...items_, ...anyOf.flatMap((choice) => schemaFaults(choice, path))];
}

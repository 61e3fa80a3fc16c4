/** @file A schema as editors and other tools need it: what has a default may be left out. */

/**
 * Here defaults are filled before anything is missed, so the source lists such keys as required; elsewhere nobody fills them.
 * Gives plain JSON; keywords of our own ('x-use') stay: they are annotations to others.
 */
export function publicSchema(schema: object, title?: string): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...(title === undefined ? {} : { title }),
    ...(relaxed(JSON.parse(JSON.stringify(schema))) as object),
  };
}

function relaxed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relaxed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
    if (key === 'default' || key === 'enum' || key === 'const') return [[key, item]];
    if (key !== 'required' || !Array.isArray(item)) return [[key, relaxed(item)]];
    const { properties = {} } = value as { properties?: { [name: string]: object } };
    const needed = (item as string[]).filter((name) => !('default' in (properties[name] ?? {})));
    return needed.length === 0 ? [] : [[key, needed]];
  });
  return Object.fromEntries(entries);
}

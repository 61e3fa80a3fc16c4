/** @file The options of a component as a Markdown table, for the README. */
import type { Named } from '@dualbeat/core';

export function optionTable(schema: object): string {
  const { properties = {}, required = [] } = schema as {
    properties?: Named<{
      type?: string;
      enum?: (string | number)[];
      default?: unknown;
      description?: string;
    }>;
    required?: string[];
  };
  const rows = Object.entries(properties).map(([name, of]) => {
    const fallback =
      of.default === undefined
        ? required.includes(name)
          ? 'required'
          : 'none'
        : JSON.stringify(of.default);
    const values = of.enum?.join(', ') ?? of.type ?? '';
    return `| \`${name}\` | ${values} | \`${fallback}\` | ${of.description} |`;
  });
  return ['| option | values | default | meaning |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}

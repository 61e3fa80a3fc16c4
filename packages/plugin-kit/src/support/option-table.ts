/** @file Option tables for a README. */

type Option = {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly description?: string;
};

/** The options of a component as a Markdown table. */
export function optionTable(schema: object): string {
  const { properties = {}, required = [] } = schema as {
    readonly properties?: Readonly<Record<string, Option>>;
    readonly required?: readonly string[];
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

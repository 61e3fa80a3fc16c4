import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { optionRows, optionTable } from './option-rows.ts';
import { schemaFaults } from './schema-faults.ts';

const closed = { additionalProperties: false };
const schema = Type.Object(
  {
    size: Type.Enum(['tiny', 'large'], { default: 'tiny', description: 'Size.' }),
    rate: Type.Number({ exclusiveMinimum: 0, maximum: 1, description: 'A | B.' }),
    widths: Type.Array(Type.Integer({ minimum: 1 }), { default: [4, 2], description: 'Widths.' }),
    gain: Type.Union([Type.Literal('auto'), Type.Number()], {
      default: 'auto',
      description: 'Gain.',
    }),
    over: Type.Union([Type.Literal('lead'), Type.Literal('record')], { description: 'Over.' }),
    weights: Type.Optional(
      Type.Record(Type.String(), Type.Number(), { description: 'Weights.', ...closed }),
    ),
    noise: Type.Object(
      { level: Type.Number({ default: 0.5, description: 'Level.' }) },
      { default: {}, description: 'Noise.', ...closed },
    ),
  },
  closed,
);

test('values, defaults and nested options', () => {
  expect(optionRows(schema).map((row) => Object.values(row).join(' | '))).toMatchInlineSnapshot(`
    [
      "size | tiny, large | "tiny" | Size.",
      "rate | number, above 0, at most 1 | required | A | B.",
      "widths | list of integer, at least 1 | [4,2] | Widths.",
      "gain | auto or number | "auto" | Gain.",
      "over | lead, record | required | Over.",
      "weights | map of number | none | Weights.",
      "noise | map | {} | Noise.",
      "noise.level | number | 0.5 | Level.",
    ]
  `);
});

test('a bar in a text does not end the cell', () => {
  expect(optionTable(schema).split('\n')[3]).toBe(
    '| `rate` | number, above 0, at most 1 | `required` | A \\| B. |',
  );
  expect(optionTable(Type.Object({}, closed))).toBe('No options.');
});

test('a good schema has no fault; what lacks a description or is open is told', () => {
  expect(schemaFaults(schema)).toEqual([]);
  const bad = Type.Object({ a: Type.Number(), b: Type.Object({ c: Type.String() }) }, closed);
  expect(schemaFaults(bad)).toEqual([
    'a has no description',
    'b has no description',
    'b takes unknown keys (additionalProperties: false is missing)',
    'b.c has no description',
  ]);
});

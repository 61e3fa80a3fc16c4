/** @file Check: the option schema is strict, documented and has defaults that it admits. */
import type { Kind } from '@dualbeat/core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { defineCheck, ensure } from '../check.ts';
import type { ComponentSubject } from '../check.ts';

type Node = { readonly [key: string]: unknown };

/** Every schema within a schema, with its path. */
function* nodes(schema: Node, path: string): Generator<readonly [string, Node, boolean]> {
  yield [path, schema, false];
  const properties = (schema['properties'] ?? {}) as { readonly [name: string]: Node };
  for (const [name, below] of Object.entries(properties)) {
    const at = path === '' ? name : `${path}.${name}`;
    yield [at, below, true];
    for (const node of nodes(below, at)) if (node[1] !== below) yield node;
  }
  const parts = ['anyOf', 'oneOf', 'allOf'].flatMap((key) => (schema[key] ?? []) as Node[]);
  const single = ['items', 'additionalProperties', 'not'].flatMap((key) =>
    typeof schema[key] === 'object' && schema[key] !== null ? [schema[key] as Node] : [],
  );
  const patterned = Object.values((schema['patternProperties'] ?? {}) as Node) as Node[];
  for (const below of [...parts, ...single, ...patterned]) yield* nodes(below, `${path}[]`);
}

export const schema = defineCheck<ComponentSubject<Kind>>({
  name: 'schema',
  states:
    'The option schema compiles in strict mode, refuses unknown keys, describes every option, and admits its own defaults.',
  run({ component }) {
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, useDefaults: true });
    ajv.addVocabulary(['x-identity', 'x-use']);
    const { default: _unused, ...root } = component.options as unknown as Node;
    try {
      ajv.compile(root);
    } catch (error) {
      ensure(false, `the schema is not strict: ${(error as Error).message}`, 'correct the schema');
    }
    ensure(root['type'] === 'object', 'the options are no object', 'use Type.Object({ ... })');
    for (const [path, node, isOption] of nodes(root, '')) {
      const named = path === '' ? 'the options' : `option "${path}"`;
      // an object that declares no key is free by design: options of a component that is named beside it
      const declares = Object.keys((node['properties'] ?? {}) as object).length > 0 || path === '';
      if (node['type'] === 'object' && node['patternProperties'] === undefined && declares) {
        ensure(
          node['additionalProperties'] !== undefined,
          `${named === 'the options' ? 'the options admit' : `${named} admits`} unknown keys`,
          'add additionalProperties: false',
        );
      }
      if (!isOption) continue;
      const text = node['description'];
      ensure(
        typeof text === 'string' && text.trim().length > 2,
        `${named} has no description`,
        'say what it does, with its unit',
      );
      if (node['default'] !== undefined) {
        const valid = ajv.compile(plain(node));
        ensure(
          valid(structuredClone(node['default'])) === true,
          `the default of ${named}, ${JSON.stringify(node['default'])}, is refused by its own schema (${ajv.errorsText(valid.errors)})`,
          'correct the default or the bounds',
        );
      }
    }
  },
});

/** Without a default at the root, which strict mode refuses there. */
const plain = ({ default: _unused, ...rest }: Node): Node => rest;

import { readFileSync, writeFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { manifestSchema, manifestSchemaFile } from './manifest.ts';

const file = new URL('../../manifest.schema.json', import.meta.url);

test('manifest.schema.json is the schema of the source', () => {
  const schema = manifestSchemaFile();
  if (process.env['DUALBEAT_UPDATE'] === '1')
    writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);
  // after a change: DUALBEAT_UPDATE=1 npx vitest run packages/core/src/host/manifest.test.ts
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(schema);
});

test('any JSON Schema validator reads it, and says what the source says', () => {
  const validate = new Ajv2020({ strict: true }).compile(
    JSON.parse(readFileSync(file, 'utf8')) as object,
  );
  const component = { kind: 'loss', id: 'acme/l1', summary: 'A loss.', tested: 'schema only' };
  expect(validate({ range: '^0.1.0', components: [component] })).toBe(true);
  expect(validate({ range: '^0.1.0', components: [{ ...component, tested: 'maybe' }] })).toBe(
    false,
  );
  expect(validate({ range: '^0.1.0', components: [{ ...component, kind: 'los' }] })).toBe(false);
  expect(validate({ components: [component] })).toBe(false);
  expect(manifestSchema.properties.components.items.properties.tested.enum).toEqual([
    'yes',
    'no',
    'schema only',
  ]);
});

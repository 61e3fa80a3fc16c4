import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { experimentSchema } from '@dualbeat/core';
import { Ajv } from 'ajv';
import { Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { editorSchema } from './editor-schema.ts';

const closed = { additionalProperties: false };
const rate = Type.Object(
  {
    rate: Type.Number({ minimum: 0, default: 1, description: 'Rate.' }),
    name: Type.String({ description: 'Has no default.' }),
  },
  closed,
);
const none = Type.Object({}, closed);
const schema = editorSchema(experimentSchema, [
  { kind: 'cohort', id: 'acme/made', summary: 'Made.', options: none },
  { kind: 'encoder', id: 'acme/net', summary: 'A net.', options: rate },
  { kind: 'task', id: 'learn', summary: 'Learns.', options: none },
  { kind: 'loss', id: 'mse', summary: 'Squares.', options: none },
]);
// An editor does not fill defaults in and does not know the keywords of this project.
const ajv = new Ajv({ strict: false, allErrors: true });
const validate = ajv.compile(schema);
const refused = (text: string): string[] => {
  validate(parse(text));
  return [...new Set((validate.errors ?? []).map(({ instancePath }) => instancePath))];
};

const good = `
dualbeat: 1
name: a
cohort: acme/made
views: { ecg: {} }
encoders: { ecg: { use: acme/net, options: { name: x } } }
stages: { one: { task: learn, loss: { use: mse }, train: { epochs: 1 } } }
`;

describe('a complete file', () => {
  test('short forms, long forms and defaults that are left out', () => {
    expect(refused(good)).toEqual([]);
  });
  test.each([
    ['an id that is not installed', good.replace('use: mse', 'use: mce'), '/stages/one/loss/use'],
    ['an option of the component', good.replace('name: x', 'nam: x'), '/encoders/ecg/options'],
    ['a value of it', good.replace('name: x', 'name: x, rate: -1'), '/encoders/ecg/options/rate'],
    ['an option that must be said', good.replace('name: x', ''), '/encoders/ecg/options'],
    ['a key of the file', good.replace('epochs: 1', 'epoch: 1'), '/stages/one/train'],
    ['a part that is missing', good.replace('views: { ecg: {} }', ''), ''],
  ])('%s is marked', (_what, text, place) => {
    expect(refused(text)).toContain(place);
  });
});

describe('a file that extends another', () => {
  test('may leave anything out and drop values with null', () => {
    expect(refused('extends: a.yaml\nstages: { one: { train: { earlyStop: null } } }')).toEqual([]);
    expect(refused('extends: [a.yaml, b.yaml]\nencoders: { ecg: { options: {} } }')).toEqual([]);
  });
  test('is still checked', () => {
    expect(refused('extends: a.yaml\nstages: { one: { lose: mse } }')).toContain('/stages/one');
  });
});

test('no keyword of the project itself is left', () => {
  expect(JSON.stringify(schema)).not.toMatch(/"x-(use|short|own|identity)"/);
});

test('the experiments of the repository are written for it: the structure fits without any component', () => {
  const bare = ajv.compile(editorSchema(experimentSchema, []));
  const folder = new URL('../../../../experiments/', import.meta.url);
  const text = readFileSync(fileURLToPath(new URL('ecg-mae.yaml', folder)), 'utf8');
  expect(bare(parse(text)), JSON.stringify(bare.errors)).toBe(true);
});

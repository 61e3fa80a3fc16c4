import { defineComponent } from '@dualbeat/core';
import type { Kind } from '@dualbeat/core';
import { Type } from 'typebox';
import type { TSchema } from 'typebox';
import { describe, expect, test } from 'vitest';
import type { Check, ComponentSubject } from '../check.ts';
import { loadPlugin, subjectOf } from '../load-plugin.ts';
import { scheduleSuite } from '../suites/training.ts';
import { lazy } from './lazy.ts';
import { manifest } from './manifest.ts';
import { schema } from './schema.ts';

const fixture = (name: string): URL => new URL(`../../fixtures/${name}/index.js`, import.meta.url);
const found = (check: Check<ComponentSubject<Kind>>, subject: ComponentSubject<Kind>) =>
  check.run(subject).then(
    () => 'nothing',
    (error: Error) => error.message,
  );
const subjectIn = async (name: string, kind: Kind) =>
  subjectOf(kind, await loadPlugin(fixture(name)));

describe('lazy', () => {
  test('a plugin that imports a tensor library', async () => {
    const message = await found(lazy, await subjectIn('eager-import', 'optimizer'));
    expect(
      message.replace(/\d+ files/, '<n> files').replace(/first .*?\. /, 'first <file>. '),
    ).toMatchInlineSnapshot(
      `"E_CONFORMANCE: lazy, optimizer "kit/eager": importing the entry loads <n> files of a tensor library, first <file>. Fix: import types only (\`import type\`), and take ops from ctx.tf."`,
    );
  }, 120_000);
  test('a component that imports one when it is created', async () => {
    const suite = scheduleSuite(fixture('late-import'));
    const message = await suite.tests
      .find(({ check }) => check === 'lazy')
      ?.run()
      .catch((error: Error) => error.message);
    expect(message).toMatch(
      /^E_CONFORMANCE: lazy, schedule "kit\/late": creating schedule "kit\/late" loads \d+ files of a tensor library/,
    );
  }, 120_000);
  test('a plugin that imports types only', async () => {
    const own = await loadPlugin(
      new URL('../../../../plugins/standard/src/index.ts', import.meta.url),
    );
    expect(await found(lazy, subjectOf('optimizer', own, 'sgd'))).toBe('nothing');
  }, 120_000);
});

describe('manifest', () => {
  test('a summary that is no sentence', async () => {
    expect(await found(manifest, await subjectIn('no-summary', 'schedule'))).toMatchInlineSnapshot(
      `"E_CONFORMANCE: manifest, schedule "kit/short": the summary of schedule "kit/short" in package.json is "A schedule". Fix: write one sentence that ends in a full stop."`,
    );
  });
  test('a tensor library among the dependencies', async () => {
    expect(await found(manifest, await subjectIn('no-summary', 'search'))).toMatchInlineSnapshot(
      `"E_CONFORMANCE: manifest, search "kit/unnamed": package.json depends on @tensorflow/tfjs-core. Fix: take ops from ctx.tf and types from @dualbeat/core."`,
    );
  });
  test('a complete one', async () => {
    expect(await found(manifest, await subjectIn('eager-import', 'schedule'))).toBe('nothing');
  });
});

describe('schema', () => {
  const subject = (options: TSchema): ComponentSubject<Kind> =>
    ({
      kind: 'schedule',
      id: 'kit/broken',
      component: defineComponent({
        kind: 'schedule',
        id: 'kit/broken',
        options,
        create: () => ({ at: () => 1, observe: () => null }),
      }),
    }) as unknown as ComponentSubject<Kind>;
  const described = { description: 'Rate of every step.' };
  const strict = { additionalProperties: false };

  const refused: readonly (readonly [string, TSchema, string])[] = [
    [
      'no description',
      Type.Object({ rate: Type.Number() }, strict),
      'option "rate" has no description. Fix: say what it does, with its unit.',
    ],
    [
      'unknown keys',
      Type.Object({ rate: Type.Number(described) }),
      'the options admit unknown keys. Fix: add additionalProperties: false.',
    ],
    [
      'unknown keys within',
      Type.Object({ in: Type.Object({ a: Type.Number(described) }, described) }, strict),
      'option "in" admits unknown keys. Fix: add additionalProperties: false.',
    ],
    [
      'a default that is refused',
      Type.Object({ rate: Type.Number({ ...described, minimum: 1, default: 0 }) }, strict),
      'the default of option "rate", 0, is refused by its own schema (data must be >= 1). Fix: correct the default or the bounds.',
    ],
    [
      'a keyword that nobody knows',
      Type.Object({ rate: Type.Number({ ...described, minimun: 1 }) }, strict),
      'the schema is not strict: strict mode: unknown keyword: "minimun". Fix: correct the schema.',
    ],
    [
      'a tuple',
      Type.Object({ rates: Type.Tuple([Type.Number(), Type.Number()], described) }, strict),
      'the schema is not strict: schema is invalid: data/properties/rates/items must be object,boolean. Fix: correct the schema.',
    ],
    [
      'no object',
      Type.Number(described),
      'the options are no object. Fix: use Type.Object({ ... }).',
    ],
  ];
  test.each(refused)('%s', async (_what, options, message) => {
    expect(await found(schema, subject(options))).toBe(
      `E_CONFORMANCE: schema, schedule "kit/broken": ${message}`,
    );
  });
  test('a strict one', async () => {
    const options = Type.Object({ rate: Type.Number({ ...described, default: 1 }) }, strict);
    expect(await found(schema, subject(options))).toBe('nothing');
  });
});

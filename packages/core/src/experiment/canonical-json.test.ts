import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import { stageId } from './stage-id.ts';

test('sorted, without spaces, undefined left out', () => {
  expect(canonicalJson({ b: [1, { d: null, c: 'x"' }], a: undefined, A: 1e21 })).toBe(
    '{"A":1e+21,"b":[1,{"c":"x\\"","d":null}]}',
  );
  expect(() => canonicalJson({ a: NaN })).toThrow(TypeError);
  expect(() => canonicalJson([undefined])).toThrow(TypeError);
  // sha256sum of {"a":1}
  expect(stageId({ a: 1 })).toBe('015abd7f5cc5');
});

test('says the same as JSON, whatever the order of keys', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      if (typeof value === 'object' && value !== null && !Array.isArray(value))
        expect(canonicalJson(Object.fromEntries(Object.entries(value).reverse()))).toBe(text);
    }),
  );
});

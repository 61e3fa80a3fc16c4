import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, CONSTANTS, constantsDigest, sha256 } from './index.ts';

test('the constants are those that were fixed before any alignment was run on this cohort', () => {
  // Whoever changes a constant makes another cohort: results on the old one no longer compare. Then raise GENERATOR_VERSION too.
  expect(constantsDigest).toMatchInlineSnapshot(
    `"b5164f254c6e27985c82317e9ce10c856407e1fa5cc1ea348e24e2f853b5b0ff"`,
  );
  expect(sha256(canonicalJson(CONSTANTS))).toBe(constantsDigest);
});

test('canonical JSON: the order of keys does not count, everything else does', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const turned = Object.fromEntries(Object.entries(value).reverse());
      expect(canonicalJson(turned)).toBe(canonicalJson(value));
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
  expect(canonicalJson({ a: 1 })).not.toBe(canonicalJson({ a: 2 }));
  expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
});

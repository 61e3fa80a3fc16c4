import fc from 'fast-check';
import { expect, test } from 'vitest';
import { satisfies } from './range.ts';

test.each([
  ['1.2.3', '1.2.3', true],
  ['1.2.4', '1.2.3', false],
  ['1.9.0', '^1.2.3', true],
  ['2.0.0', '^1.2.3', false],
  ['1.2.2', '^1.2.3', false],
  ['0.1.9', '^0.1.0', true],
  ['0.2.0', '^0.1.0', false],
  ['0.0.3', '^0.0.3', true],
  ['0.0.4', '^0.0.3', false],
  ['0.0.9', '^0.0', true],
  ['0.1.0', '^0.0', false],
  ['0.9.0', '^0', true],
  ['1.2.9', '~1.2.3', true],
  ['1.3.0', '~1.2.3', false],
  ['1.9.0', '~1', true],
  ['1.2.9', '1.2', true],
  ['1.3.0', '1.2', false],
  ['2.0.0', '>=1.2 <2', false],
  ['1.5.0', '>= 1.2 < 2', true],
  ['3.0.0', '^1.0.0 || ^3.0.0', true],
  ['0.2.0-rc.1', '^0.2.0', true],
  ['1.0.0', 'newest', undefined],
  ['1.0.0', '', undefined],
  ['1.0.0', '^1.0.0 ||', undefined],
  ['one', '^1.0.0', undefined],
])('%s in %s: %s', (version, range, want) => {
  expect(satisfies(version, range)).toBe(want);
});

test('a version satisfies its own caret, tilde and exact range', () => {
  const part = fc.nat(99);
  fc.assert(
    fc.property(part, part, part, (a, b, c) => {
      const version = `${a}.${b}.${c}`;
      for (const sign of ['', '^', '~', '>=', '<='])
        expect(satisfies(version, sign + version)).toBe(true);
      for (const sign of ['<', '>']) expect(satisfies(version, sign + version)).toBe(false);
      expect(satisfies(`${a + 1}.${b}.${c}`, `^${version}`)).toBe(false);
    }),
  );
});

import { describe, expect, it } from 'vitest';
import { matcher } from './glob.ts';

describe('matcher', () => {
  it.each([
    ['**', 'a/b/c', true],
    ['*', 'a', true],
    ['*', 'a/b', false],
    ['a/*', 'a/b', true],
    ['a/*', 'a/b/c', false],
    ['a/**', 'a/b/c', true],
    ['**/c', 'c', true],
    ['**/c', 'a/b/c', true],
    ['**/c', 'a/bc', false],
    ['r?', 'r1', true],
    ['r?', 'r12', false],
    ['r.1(x)', 'r.1(x)', true],
    ['r.1', 'rx1', false],
  ])('%s on %s: %s', (pattern, id, expected) => expect(matcher([pattern])(id)).toBe(expected));

  it('any pattern will do', () => {
    expect(['a', 'b', 'c'].filter(matcher(['a', 'c']))).toEqual(['a', 'c']);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { artifactSegments, checkKey, fitted, limits, safeName } from './names.ts';

describe('names', () => {
  test.each([
    ['AUC (LVEF<40%)', 'AUC _LVEF_40__'],
    ['val/loss', 'val/loss'],
    ['a//b/./c', 'a/b/c'],
    ['../../etc', '__/__/etc'],
    ['', '_'],
    ['r2[LVEDV]:best', 'r2_LVEDV__best'],
  ])('%j is sent as %j', (name, safe) => {
    expect(safeName(name)).toBe(safe);
  });

  test('a safe name is accepted, and stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        const safe = safeName(name);
        expect(() => checkKey('The metric', safe)).not.toThrow();
        expect(safeName(safe)).toBe(safe);
      }),
    );
  });

  test('a name that the server would refuse is an error before anything is sent', () => {
    expect(() => checkKey('The metric', 'a=b')).toThrowErrorMatchingInlineSnapshot(
      `[MlflowError: E_MLFLOW_NAME: The metric "a=b" has characters that the server refuses. Fix: use letters, digits, '_', '-', '.', spaces and '/'; safeName(name) makes such a name.]`,
    );
  });

  test('a long value is cut with a mark, never silently', () => {
    const cut = fitted('x'.repeat(7000), limits.paramLength);
    expect(cut).toHaveLength(6000);
    expect(cut.endsWith('... [cut]')).toBe(true);
    expect(fitted('short', limits.paramLength)).toBe('short');
  });
});

describe('artifact paths', () => {
  test.each([
    '../secret',
    'a/../../b',
    '/etc/passwd',
    'a\\..\\b',
    '%2e%2e/secret',
    '%252e%252e%252fsecret',
    'a/%2e%2e%2f%2e%2e',
    'a?x=1',
    'a#b',
    'a\u0000b',
    'file:///etc/passwd',
    'C:/windows',
    'a//b',
    './a',
    '',
    '..',
    '%2Fetc',
    '\\\\host\\share',
    'a/b/',
  ])('%j is refused', (path) => {
    expect(() => artifactSegments(path)).toThrow(/^E_MLFLOW_PATH: /);
  });

  test.each([
    ['figures/roc curve.svg', 'figures/roc%20curve.svg'],
    ['checkpoints/step-1.safetensors', 'checkpoints/step-1.safetensors'],
    ['100%/a', '100%25/a'],
  ])('%j is %j', (path, segments) => {
    expect(artifactSegments(path)).toBe(segments);
  });
});

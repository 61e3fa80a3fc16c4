import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { safeJoin } from './safe-join.ts';

let base: string;
let root: string;
beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'dualbeat-join-')));
  root = join(base, 'runs');
  mkdirSync(join(root, 'a/b'), { recursive: true });
  mkdirSync(join(base, 'outside'));
  mkdirSync(join(base, 'runs-2'));
  writeFileSync(join(base, 'secret'), 'x');
  symlinkSync('../outside', join(root, 'link-out'));
  symlinkSync('/', join(root, 'a/link-top'));
  symlinkSync('../runs-2', join(root, 'link-sibling'));
  symlinkSync('a', join(root, 'link-in'));
  symlinkSync('../not-yet', join(root, 'link-dangling'));
  symlinkSync('loop', join(root, 'loop'));
  symlinkSync('../secret', join(root, 'file-out'));
  symlinkSync('runs', join(base, 'runs-link'));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

test.each([
  ['a parent', ['..'], 'it has ".."'],
  ['a parent below', ['a/../../secret'], 'it has ".."'],
  ['a parent that stays inside', ['a/../a'], 'it has ".."'],
  ['a parent in a later part', ['a', '..', '..', 'secret'], 'it has ".."'],
  ['an absolute path', ['/etc/passwd'], 'it is absolute'],
  ['an absolute later part', ['a', '/etc/passwd'], 'it is absolute'],
  ['a UNC path', ['//server/share'], 'it is absolute'],
  ['a UNC path with backslashes', ['\\\\server\\share'], 'it has a backslash'],
  ['a backslash', ['a\\..\\..\\secret'], 'it has a backslash'],
  ['a drive', ['C:/Windows'], 'it names a drive'],
  ['a drive without slash', ['c:secret'], 'it names a drive'],
  ['NUL', ['a\0.svg'], 'it has a NUL character'],
  ['an encoded parent', ['%2e%2e/secret'], 'it has ".."'],
  ['an encoded parent, upper case', ['%2E%2E%2Fsecret'], 'it has ".."'],
  ['a half encoded parent', ['.%2e/secret'], 'it has ".."'],
  ['an encoded parent below', ['a%2f%2e%2e%2f..%2fsecret'], 'it has ".."'],
  ['a parent encoded twice', ['%252e%252e%252fsecret'], 'it has ".."'],
  ['a parent encoded three times', ['%25252e%25252e'], 'it has ".."'],
  ['an encoded absolute path', ['%2fetc%2fpasswd'], 'it is absolute'],
  ['an encoded backslash', ['a%5c..%5csecret'], 'it has a backslash'],
  ['an encoded NUL', ['a%00.svg'], 'it has a NUL character'],
  ['an overlong dot', ['%c0%ae%c0%ae/secret'], 'it has a percent code that is not UTF-8'],
  ['a link to outside', ['link-out'], 'a link on the way leaves the folder'],
  ['a file below a link to outside', ['link-out/new/x'], 'a link on the way leaves the folder'],
  ['a link to the top', ['a/link-top/etc'], 'a link on the way leaves the folder'],
  ['a link to a folder with the same start', ['link-sibling'], 'a link on the way leaves'],
  ['a link to a file outside', ['file-out'], 'a link on the way leaves the folder'],
  ['a link to nothing', ['link-dangling'], 'a link on the way is broken'],
  ['below a link to nothing', ['link-dangling', 'x'], 'a link on the way is broken'],
  ['a link to itself', ['loop/x'], 'a link on the way is broken'],
])('refused: %s', (_name, parts, why) => {
  const shown = JSON.stringify(why.includes('link') ? parts.join('/') : undefined);
  expect(() => safeJoin(root, ...parts)).toThrowError(/^E_PATH_ESCAPE: ".*: this path is refused/);
  expect(() => safeJoin(root, ...parts)).toThrowError(why);
  if (why.includes('link')) expect(() => safeJoin(root, ...parts)).toThrowError(shown);
});

test.each([
  [['a/b/c.svg'], 'a/b/c.svg'],
  [['a', 'b', 'c.svg'], 'a/b/c.svg'],
  [['new/folder/x'], 'new/folder/x'],
  [['link-in/b/x'], 'link-in/b/x'],
  [['..a', 'b..', '...', '.x'], '..a/b../.../.x'],
  [['50%', 'a%20b', '%zz'], '50%/a%20b/%zz'],
  [['ä ö/心電図.svg'], 'ä ö/心電図.svg'],
  [[''], ''],
  [['.'], ''],
])('taken: %j', (parts, want) => {
  expect(safeJoin(root, ...parts)).toBe(join(root, want));
});

test('the root may be a link, or not there yet', () => {
  expect(safeJoin(join(base, 'runs-link'), 'a/x')).toBe(join(base, 'runs-link/a/x'));
  expect(safeJoin(join(base, 'none/runs'), 'a/x')).toBe(join(base, 'none/runs/a/x'));
  expect(safeJoin('/', 'etc')).toBe('/etc');
});

test('the message names the path, the folder and the reason', () => {
  const message = () => {
    try {
      return safeJoin(root, 'figures/../..');
    } catch (error) {
      return (error as Error).message.replaceAll(base, 'BASE');
    }
  };
  expect(message()).toMatchInlineSnapshot(
    `"E_PATH_ESCAPE: "figures/../..": this path is refused below BASE/runs: it has "..". Fix: give a relative path that stays inside the folder."`,
  );
});

test('whatever is taken stays inside', () => {
  const piece = fc.constantFrom(
    '..',
    '.',
    '/',
    '\\',
    '%2e',
    '%2f',
    '%5c',
    '%25',
    '%00',
    'a',
    'link-out',
    'link-in',
    'C:',
  );
  fc.assert(
    fc.property(fc.array(fc.array(piece, { maxLength: 6 }), { maxLength: 3 }), (lists) => {
      const parts = lists.map((list) => list.join(''));
      let path: string;
      try {
        path = safeJoin(root, ...parts);
      } catch (error) {
        expect((error as Error).message).toMatch(/^E_PATH_ESCAPE/);
        return;
      }
      expect(`${path}/`.startsWith(`${root}/`)).toBe(true);
      expect(`${path}/`.startsWith(`${root}/link-out/`)).toBe(false);
    }),
    { numRuns: 3000 },
  );
});

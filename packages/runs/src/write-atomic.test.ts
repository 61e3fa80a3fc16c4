import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeTempFiles, writeAtomic, writeAtomicSync } from './write-atomic.ts';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'dualbeat-write-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const writers = [
  ['writeAtomic', writeAtomic],
  [
    'writeAtomicSync',
    async (...args: Parameters<typeof writeAtomicSync>) => writeAtomicSync(...args),
  ],
] as const;
const fixture = new URL('../fixtures/write-limited.ts', import.meta.url).pathname;
const node = `'${process.execPath}' --conditions=@dualbeat/source --import tsx '${fixture}'`;
const root = new URL('../../..', import.meta.url).pathname;
const messageOf = (error: unknown) => (error as Error).message.replaceAll(dir, 'DIR');

test.each(writers)('%s writes bytes and text, new and over an old file', async (_name, write) => {
  const path = join(dir, 'x.bin');
  const bytes = Uint8Array.from({ length: 3_000_000 }, (_, i) => i % 251);
  await write(path, bytes);
  expect(readFileSync(path).equals(bytes)).toBe(true);
  await write(path, 'äöü\n');
  expect(readFileSync(path, 'utf8')).toBe('äöü\n');
  await write(path, '');
  expect(readFileSync(path)).toHaveLength(0);
  expect(readdirSync(dir)).toEqual(['x.bin']);
});

test.each(writers)('%s: errors name the path and leave nothing', async (_name, write) => {
  writeFileSync(join(dir, 'file'), 'old');
  mkdirSync(join(dir, 'folder/full'), { recursive: true });
  const messages: string[] = [];
  for (const name of ['none/x', 'file/x', 'folder', 'n'.repeat(300)]) {
    await write(join(dir, name), 'new').catch((error: unknown) =>
      messages.push(messageOf(error).replace(/n{300}/, 'LONG')),
    );
  }
  expect(messages).toEqual([
    'E_WRITE_PATH: DIR/none/x: no file can be written under this path (ENOENT). Fix: make sure that its folder exists and that the path names a file.',
    'E_WRITE_PATH: DIR/file/x: no file can be written under this path (ENOTDIR). Fix: make sure that its folder exists and that the path names a file.',
    'E_WRITE_PATH: DIR/folder: no file can be written under this path (EISDIR). Fix: make sure that its folder exists and that the path names a file.',
    'E_WRITE_PATH: DIR/LONG: no file can be written under this path (ENAMETOOLONG). Fix: make sure that its folder exists and that the path names a file.',
  ]);
  expect(readdirSync(dir).sort()).toEqual(['file', 'folder']);
  expect(readFileSync(join(dir, 'file'), 'utf8')).toBe('old');
});

test('many writers of one file: a reader sees one of them whole', async () => {
  const path = join(dir, 'x');
  const texts = Array.from({ length: 20 }, (_, i) => String(i).repeat(50_000));
  await Promise.all(texts.map((text) => writeAtomic(path, text)));
  expect(texts).toContain(readFileSync(path, 'utf8'));
  expect(readdirSync(dir)).toEqual(['x']);
});

test('a file size limit (as a full disk or quota): the old file is intact, no temporary file is left', () => {
  const path = join(dir, 'x');
  writeFileSync(path, 'old');
  // 64 blocks of 512 or 1024 bytes; Node ignores the signal, so write() gives EFBIG.
  const out = execFileSync('sh', ['-c', `ulimit -f 64; ${node} '${path}' 1000000`], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(messageOf({ message: out })).toBe(
    'E_WRITE_NO_SPACE: DIR/x: there is no space or quota left to write this file (EFBIG). Fix: free space on that disk, or raise the quota, and run again; what was there before is intact.\n'.repeat(
      2,
    ),
  );
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(dir)).toEqual(['x']);
});

const mountable =
  spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', '-o', 'size=64k', 'none', tmpdir()])
    .status === 0;
test.skipIf(!mountable)(
  `a full disk${mountable ? '' : ' (skipped: no user namespace to mount one)'}`,
  () => {
    const script = `mount -t tmpfs -o size=256k none '${dir}'; printf old > '${dir}/x'; ${node} '${dir}/x' 1000000; cat '${dir}/x'; ls -A '${dir}'`;
    const out = execFileSync('unshare', ['-rm', 'sh', '-c', script], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(out.replaceAll(dir, 'DIR').split('\n')).toEqual([
      'E_WRITE_NO_SPACE: DIR/x: there is no space or quota left to write this file (ENOSPC). Fix: free space on that disk, or raise the quota, and run again; what was there before is intact.',
      'E_WRITE_NO_SPACE: DIR/x: there is no space or quota left to write this file (ENOSPC). Fix: free space on that disk, or raise the quota, and run again; what was there before is intact.',
      'oldx',
      '',
    ]);
  },
);

test.skipIf(!mountable)(
  `a read-only disk${mountable ? '' : ' (skipped: no user namespace to mount one)'}`,
  () => {
    const script = `mount -t tmpfs none '${dir}'; printf old > '${dir}/x'; mount -o remount,ro '${dir}'; ${node} '${dir}/x' 10; cat '${dir}/x'; ls -A '${dir}'`;
    const out = execFileSync('unshare', ['-rm', 'sh', '-c', script], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(out.replaceAll(dir, 'DIR').split('\n')).toEqual([
      'E_WRITE_DENIED: DIR/x: this file may not be written here (EROFS). Fix: make the folder writable for this user, or choose another folder.',
      'E_WRITE_DENIED: DIR/x: this file may not be written here (EROFS). Fix: make the folder writable for this user, or choose another folder.',
      'oldx',
      '',
    ]);
  },
);

// Root may write everywhere.
test.skipIf(process.getuid?.() === 0)(
  'a folder without write permission (skipped for root)',
  async () => {
    writeFileSync(join(dir, 'x'), 'old');
    chmodSync(dir, 0o555);
    const error: unknown = await writeAtomic(join(dir, 'x'), 'new').catch(
      (thrown: unknown) => thrown,
    );
    chmodSync(dir, 0o755);
    expect(messageOf(error)).toBe(
      'E_WRITE_DENIED: DIR/x: this file may not be written here (EACCES). Fix: make the folder writable for this user, or choose another folder.',
    );
    expect(readdirSync(dir)).toEqual(['x']);
  },
);

test('what a killed process left is removed, and nothing else', () => {
  for (const name of ['.x.tmp-12-0', '.a.json.tmp-1-22', '.x.tmp-', 'x.tmp-1-2', '.keep']) {
    writeFileSync(join(dir, name), '');
  }
  removeTempFiles(dir);
  expect(readdirSync(dir).sort()).toEqual(['.keep', '.x.tmp-', 'x.tmp-1-2']);
});

/** @file The zip reader against archives that Python's zipfile writes. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readZipEntries, unpackEntry, type ZipFile } from './read-zip.ts';

const python = spawnSync('python3', ['--version']).status === 0;
const dir = mkdtempSync(join(tmpdir(), 'dualbeat-zip-'));
const plain = join(dir, 'plain.whl');
const wide = join(dir, 'wide.whl');

const WRITE = `
import sys, zipfile
plain, wide = sys.argv[1:]
text = b''.join(b'%d,' % i for i in range(300000))
with zipfile.ZipFile(plain, 'w', zipfile.ZIP_DEFLATED) as z:
    z.writestr('a/deflated.so', text)
    z.writestr(zipfile.ZipInfo('a/stored.so'), text)
    z.writestr('empty', b'')
    z.comment = b'PK' * 500
zipfile.ZIP64_LIMIT = 100   # sizes and offsets above go to zip64 fields
zipfile.ZIP_FILECOUNT_LIMIT = 1
with zipfile.ZipFile(wide, 'w', zipfile.ZIP_DEFLATED) as z:
    for name in ('one', 'two'):
        with z.open(name, 'w', force_zip64=True) as f: f.write(text)
`;
const text = Array.from({ length: 300_000 }, (_, i) => `${i},`).join('');
const textSha = createHash('sha256').update(text).digest('hex');

beforeAll(() => {
  if (python) spawnSync('python3', ['-c', WRITE, plain, wide], { stdio: 'inherit' });
});
afterAll(() => rmSync(dir, { recursive: true }));

async function withZip<T>(path: string, use: (zip: ZipFile) => Promise<T>): Promise<T> {
  const handle = await open(path, 'r');
  try {
    return await use({ handle, path: 'x.whl', bytes: statSync(path).size });
  } finally {
    await handle.close();
  }
}

async function damaged(name: string, edit: (bytes: Buffer) => Buffer): Promise<string> {
  const path = join(dir, name);
  const file = await open(path, 'w');
  await file.write(edit(readFileSync(plain)));
  await file.close();
  return path;
}

const unpackAll = (zip: ZipFile, as: string) =>
  readZipEntries(zip).then(async (entries) => {
    for (const [i, entry] of entries.entries())
      await unpackEntry(zip, entry, join(dir, `${as}-${i}`));
  });

it.runIf(python).each([
  ['stored and deflated members', plain, ['a/deflated.so', 'a/stored.so']],
  ['a zip64 archive', wide, ['one', 'two']],
])('unpacks %s', async (_, path, names) => {
  await withZip(path, async (zip) => {
    const entries = await readZipEntries(zip);
    for (const name of names) {
      const entry = entries.find((one) => one.name === name);
      expect(entry, name).toBeDefined();
      const to = join(dir, `${name.replace('/', '-')}.out`);
      expect(await unpackEntry(zip, entry!, to)).toEqual({ bytes: text.length, sha256: textSha });
      expect(readFileSync(to, 'utf8')).toBe(text);
    }
  });
});

it.runIf(python)('really is a zip64 archive, and empty members unpack', async () => {
  expect(readFileSync(wide).includes(Buffer.from([0x50, 0x4b, 6, 6]))).toBe(true);
  await withZip(plain, async (zip) => {
    const empty = (await readZipEntries(zip)).find((entry) => entry.name === 'empty');
    expect((await unpackEntry(zip, empty!, join(dir, 'empty.out'))).bytes).toBe(0);
  });
});

it.runIf(python)('refuses a cut-off archive', async () => {
  const cut = await damaged('cut.whl', (bytes) => bytes.subarray(0, bytes.length - 2000));
  await expect(withZip(cut, readZipEntries)).rejects.toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_WHEEL_CORRUPT: x.whl: the wheel cannot be unpacked: it has no end-of-directory record (cut off, or not a zip file). Fix: delete the file and run the command again.]`,
  );
});

it.runIf(python)('refuses a wrong byte, stored by its CRC-32 and deflated', async () => {
  const flip = (at: number) => (bytes: Buffer) => {
    bytes[at] = bytes[at]! ^ 0xff;
    return bytes;
  };
  const at = readFileSync(plain).lastIndexOf('123456,');
  const stored = await damaged('stored.whl', flip(at));
  await expect(
    withZip(stored, (zip) => unpackAll(zip, 'stored')),
  ).rejects.toThrowErrorMatchingInlineSnapshot(
    `[DualbeatError: E_WHEEL_CORRUPT: x.whl: the wheel cannot be unpacked: a/stored.so has a wrong CRC-32. Fix: delete the file and run the command again.]`,
  );
  const deflated = await damaged('deflated.whl', flip(5000));
  await expect(withZip(deflated, (zip) => unpackAll(zip, 'deflated'))).rejects.toThrow(
    /E_WHEEL_CORRUPT/,
  );
});

/** @file Fuzzing a reader: damaged files give coded errors that name the file, in bounded time and memory. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { copyFile, mkdir, open, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { hostRandom, isCoded } from '@dualbeat/core';
import type { Reader, ReaderRecord } from '@dualbeat/core';
import { ensure } from './check.ts';
import { sizeOf } from './support/arrays.ts';

export type FuzzOptions = {
  /** Damaged versions of each file; a tenth of the bytes of small files at most. */
  readonly cases?: number;
  readonly seed?: number;
  /** Longest time of one read. */
  readonly seconds?: number;
  /** What the heap and its arrays may grow by during one read. */
  readonly megabytes?: number;
};
type Damage = { readonly how: string; readonly bytes: Uint8Array };

/**
 * Damages each file of a folder in turn (cut off, bits flipped, bytes replaced, doubled, emptied), leaves the others, and
 * reads the record through `entry`. A read gives a whole record or a coded error that names a file of the record.
 * Errors: the finding of a check.
 * @param files folder with the files of one record; `entry` is the one that `read` is given
 */
export async function fuzzReader(
  reader: Reader,
  files: { readonly folder: string; readonly entry: string },
  { cases = 60, seed = 0, seconds = 5, megabytes = 256 }: FuzzOptions = {},
): Promise<{ readonly reads: number; readonly refused: number }> {
  const names = await filesBelow(files.folder);
  let [reads, refused] = [0, 0];
  for (const name of names) {
    const whole = readFileSync(join(files.folder, name));
    for (const [i, damage] of damages(whole, cases, hostRandom(seed, name)).entries()) {
      const folder = mkdtempSync(join(tmpdir(), 'dualbeat-fuzz-'));
      try {
        for (const other of names) {
          const target = join(folder, other);
          await mkdir(dirname(target), { recursive: true });
          if (other === name) await writeBytes(target, damage.bytes);
          else await copyFile(join(files.folder, other), target);
        }
        const what = `${name} ${damage.how} (case ${i}, seed ${seed})`;
        if (await refuses(reader, join(folder, files.entry), what, { seconds, megabytes, names }))
          refused++;
        reads++;
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
  }
  return { reads, refused };
}

/** True where the read was refused as it should be. */
async function refuses(
  reader: Reader,
  path: string,
  what: string,
  limit: {
    readonly seconds: number;
    readonly megabytes: number;
    readonly names: readonly string[];
  },
): Promise<boolean> {
  const before = memory();
  const start = performance.now();
  let record: ReaderRecord | 'late' | undefined;
  let error: unknown;
  try {
    record = await withTimeout(reader.read(path), limit.seconds);
  } catch (thrown) {
    error = thrown;
  }
  const took = (performance.now() - start) / 1000;
  const fix = 'check counts and lengths against the size of the file before working through them';
  ensure(record !== 'late', `${what} was not read within ${limit.seconds} s`, fix);
  ensure(took <= limit.seconds, `${what} took ${took.toFixed(1)} s to read`, fix);
  const grown = (memory() - before) / 2 ** 20;
  ensure(
    grown <= limit.megabytes,
    `${what} grew memory by ${grown.toFixed(0)} MiB, allowed are ${limit.megabytes} MiB`,
    'check sizes against the file before allocating them',
  );
  if (record !== undefined) {
    const size = sizeOf(record.view.shape);
    ensure(
      record.values.length === size && record.values.every(Number.isFinite),
      `${what} was read as ${record.values.length} values for the shape [${record.view.shape.join(', ')}], or as values that are not finite`,
      'refuse what is not whole, or repair and flag it',
    );
    return false;
  }
  ensure(
    isCoded(error),
    `${what} gives ${String(error)} without a code`,
    'throw a coded error that names the file',
  );
  const text = (error as Error).message;
  ensure(
    limit.names.some((name) => text.includes(basename(name))),
    `${what} gives an error that names no file of the record: ${text}`,
    'name the file in the error',
  );
  return true;
}

const memory = (): number => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

async function withTimeout<T>(run: Promise<T>, seconds: number): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), seconds * 1000);
  });
  return Promise.race([run, late]).finally(() => clearTimeout(timer));
}

function damages(whole: Uint8Array, cases: number, random: () => number): Damage[] {
  const place = () => Math.floor(random() * Math.max(whole.length, 1));
  const kinds: readonly (() => Damage)[] = [
    () => {
      const length = place();
      return { how: `cut to ${length} bytes`, bytes: whole.slice(0, length) };
    },
    () => {
      const bytes = whole.slice();
      const at = place();
      const bit = Math.floor(random() * 8);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
      return { how: `with bit ${bit} of byte ${at} flipped`, bytes };
    },
    () => {
      const bytes = whole.slice();
      const [at, count] = [place(), 1 + Math.floor(random() * 16)];
      for (let i = at; i < Math.min(at + count, bytes.length); i++)
        bytes[i] = Math.floor(random() * 256);
      return { how: `with ${count} random bytes at ${at}`, bytes };
    },
    () => {
      const bytes = whole.slice();
      const digits = [...bytes.keys()].filter((i) => bytes[i]! >= 48 && bytes[i]! <= 57);
      const at = digits[Math.floor(random() * digits.length)] ?? 0;
      bytes[at] = 57;
      return { how: `with a 9 at ${at}`, bytes };
    },
    () => {
      const at = place();
      const added = Uint8Array.from(
        { length: 1 + Math.floor(random() * 64) },
        () => random() * 256,
      );
      const bytes = Uint8Array.from([...whole.slice(0, at), ...added, ...whole.slice(at)]);
      return { how: `with ${added.length} bytes more at ${at}`, bytes };
    },
  ];
  const fixed: Damage[] = [
    { how: 'empty', bytes: new Uint8Array() },
    { how: 'twice', bytes: Uint8Array.from([...whole, ...whole]) },
    { how: 'as zeros', bytes: new Uint8Array(whole.length) },
    { how: 'as random bytes', bytes: whole.map(() => Math.floor(random() * 256)) },
  ];
  const drawn = Array.from({ length: Math.max(0, cases - fixed.length) }, (_, i) =>
    (kinds[i % kinds.length] as () => Damage)(),
  );
  return [...fixed, ...drawn].slice(0, cases);
}

/** Relative paths of all files of a folder. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

export async function writeBytes(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'w');
  try {
    await handle.write(bytes);
  } finally {
    await handle.close();
  }
}

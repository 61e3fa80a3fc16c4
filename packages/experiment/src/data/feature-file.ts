/**
 * @file Features of a frozen encoder on the disk, one row of float32 per record: `<key>.f32`, and `<key>.json`, which is written last
 * and says what the other holds. Readers take rows by offset, so nothing sits in memory.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
  fsyncSync,
} from 'node:fs';
import type { HostMasked } from '@dualbeat/core';
import { safeJoin, writeAtomic } from '@dualbeat/runs';

export type FeatureFile = {
  readonly file: string;
  readonly width: number;
  /** Rows of the cohort, ascending; the file holds them in this order. */
  readonly rows: Int32Array;
  /** 0 or 1 per row. */
  readonly present: Uint8Array;
};
type About = {
  readonly width: number;
  readonly rows: number;
  readonly sha256: string;
  /** Base64, one byte a row. */
  readonly present: string;
};

/** What an earlier stage, arm or start has stored under this key; null where there is nothing whole. */
export function findFeatures(folder: string, key: string, rows: Int32Array): FeatureFile | null {
  const [file, aboutFile] = [safeJoin(folder, `${key}.f32`), safeJoin(folder, `${key}.json`)];
  if (!existsSync(aboutFile)) return null;
  try {
    const {
      width,
      rows: count,
      sha256,
      present,
    } = JSON.parse(readFileSync(aboutFile, 'utf8')) as About;
    const bytes = Buffer.from(present, 'base64');
    if (count !== rows.length || bytes.length !== count) return null;
    return hashOf(file) === sha256 ? { file, width, rows, present: new Uint8Array(bytes) } : null;
  } catch {
    return null; // damaged: computed again
  }
}

/** Takes batches of rows in order and names the files when all are there. Errors: those of writing. */
export function writeFeatures(folder: string, key: string, rows: Int32Array, width: number) {
  const file = safeJoin(folder, `${key}.f32`);
  const temp = safeJoin(folder, `.${key}.tmp-${process.pid}`);
  rmSync(temp, { force: true });
  const fd = openSync(temp, 'wx');
  const hash = createHash('sha256');
  const present = new Uint8Array(rows.length);
  let done = 0;
  return {
    add(features: Float32Array, there: Uint8Array): void {
      const bytes = new Uint8Array(features.buffer, features.byteOffset, features.byteLength);
      for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
      hash.update(bytes);
      present.set(there, done);
      done += there.length;
    },
    async close(): Promise<FeatureFile> {
      fsyncSync(fd);
      closeSync(fd);
      renameSync(temp, file);
      const about: About = {
        width,
        rows: rows.length,
        sha256: hash.digest('hex'),
        present: Buffer.from(present).toString('base64'),
      };
      await writeAtomic(safeJoin(folder, `${key}.json`), `${JSON.stringify(about)}\n`);
      return { file, width, rows, present };
    },
    drop(): void {
      closeSync(fd);
      rmSync(temp, { force: true });
    },
  };
}

/** Reads rows of the cohort; absent ones are 0. */
export function openFeatures({ file, width, rows, present }: FeatureFile): {
  read(wanted: Int32Array): HostMasked;
} {
  const fd = openSync(file, 'r');
  const indexOf = new Map(Array.from(rows, (row, i) => [row, i]));
  return {
    read(wanted) {
      const data = new Float32Array(wanted.length * width);
      const there = new Uint8Array(wanted.length);
      wanted.forEach((row, i) => {
        const index = indexOf.get(row);
        if (index === undefined) throw new Error(`row ${row} has no stored features`);
        there[i] = present[index] as number;
        const bytes = new Uint8Array(data.buffer, i * width * 4, width * 4);
        for (let at = 0; at < bytes.length;) {
          const got = readSync(fd, bytes, at, bytes.length - at, index * width * 4 + at);
          if (got === 0) throw new Error(`${file} ends early`);
          at += got;
        }
      });
      return {
        values: { shape: [wanted.length, width], data },
        present: { shape: [wanted.length], data: there },
      };
    },
  };
}

/** In pieces: the file may be large. */
function hashOf(file: string): string {
  const hash = createHash('sha256');
  const fd = openSync(file, 'r');
  try {
    const piece = new Uint8Array(1 << 20);
    for (let got = readSync(fd, piece); got > 0; got = readSync(fd, piece))
      hash.update(piece.subarray(0, got));
  } finally {
    closeSync(fd);
  }
  return hash.digest('hex');
}

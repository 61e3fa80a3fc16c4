/** @file The records of the throughput benchmark: sizes of the paper, noise, in our store and as memory maps for PyTorch. */
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ViewSpec } from '@dualbeat/core';
import { createStore, openWriter, siteKeyFrom } from '@dualbeat/data';
import * as errors from './errors.ts';

const axes = (...names: string[]) => names.map((name) => ({ name }));
/** paper.md 1.2 and 1.3: 12 leads of 10 s at 500 Hz; two volumes of 6 slices. */
export const views: { readonly [name: string]: ViewSpec } = {
  ecg: { shape: [12, 5000], dtype: 'float32', axes: axes('lead', 'time'), unit: 'mV' },
  ed: {
    shape: [6, 85, 92, 1],
    dtype: 'float32',
    axes: axes('slice', 'row', 'column', 'channel'),
    unit: 'a.u.',
  },
  es: {
    shape: [6, 85, 92, 1],
    dtype: 'float32',
    axes: axes('slice', 'row', 'column', 'channel'),
    unit: 'a.u.',
  },
};
export const sizeOf = ({ shape }: ViewSpec): number => shape.reduce((a, b) => a * b, 1);
/** Numbers of one record. */
export const numbers = Object.values(views).reduce((sum, view) => sum + sizeOf(view), 0);

const batch = 128;
/** The step of the stored numbers: both sides must give the same. */
const stepOf = (view: string): number => (view === 'ecg' ? 0.001 : 1);

/**
 * Makes `records` records in `folder` where they are not there: `store/`, and `<view>.f32` and `<view>.i16` with all rows one after
 * the other. Noise of 11 bits, so that no disk and no codec can be faster than on real ones. Errors: E_BENCH_DATA_SPACE.
 */
export async function makeRecords(
  folder: string,
  records: number,
  log: (line: string) => void,
): Promise<void> {
  const done = join(folder, 'complete');
  if (existsSync(done) && Number(readFileSync(done, 'utf8')) === records) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const needs = records * numbers * 8 * 1.02;
  const { bavail, bsize } = statfsSync(dirname(folder));
  if (bavail * bsize < needs) throw errors.spaceMissing(folder, needs, bavail * bsize);
  log(`making ${records} records, ${(needs / 1e9).toFixed(1)} GB in three layouts, in ${folder}`);
  const store = join(folder, 'store');
  await createStore(store, { views });
  const writer = await openWriter(store, siteKeyFrom(new Uint8Array(32)));
  const names = Object.keys(views);
  const files = names.map((name) => ({
    name,
    f32: openSync(join(folder, `${name}.f32`), 'w'),
    i16: openSync(join(folder, `${name}.i16`), 'w'),
  }));
  try {
    for (let first = 0; first < records; first += batch) {
      const rows = Array.from({ length: Math.min(batch, records - first) }, (_, i) => {
        const row = first + i;
        const own = Object.fromEntries(names.map((name, v) => [name, noise(row, v, name)]));
        return { subject: `s${row}`, id: `r${row}`, visit: '0', date: null, views: own };
      });
      await writer.append(rows);
      for (const { name, f32, i16 } of files) {
        for (const { views: own } of rows) {
          const values = own[name] as Float32Array;
          writeSync(f32, values);
          writeSync(
            i16,
            Int16Array.from(values, (value) => Math.round(value / stepOf(name))),
          );
        }
      }
      if (first % (batch * 16) === 0) log(`  ${first} of ${records}`);
    }
    await writer.compact();
  } finally {
    writer.close();
    for (const { f32, i16 } of files) {
      closeSync(f32);
      closeSync(i16);
    }
  }
  writeFileSync(done, String(records));
}

/** Whole multiples of the step, by an xorshift generator of the row and view. */
function noise(row: number, view: number, name: string): Float32Array {
  const step = stepOf(name);
  const values = new Float32Array(sizeOf(views[name] as ViewSpec));
  let x = Math.imul(row * 3 + view + 1, 0x9e3779b1) | 1;
  for (let i = 0; i < values.length; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    values[i] = (x >> 21) * step; // -1024 to 1023
  }
  return values;
}

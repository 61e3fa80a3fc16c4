import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '@dualbeat/core';
import { appendRecords, createStore, openWriter, siteKeyFrom, storeSplit } from '@dualbeat/data';
import { describeCohort } from '@dualbeat/plugin-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { store } from './store.ts';

let folder = '';
const from = (_host?: Host) => ({
  readers: [],
  seed: 0,
  resolve: (path: string) => join(folder, path),
});
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dualbeat-store-'));
  const key = siteKeyFrom(new Uint8Array(32));
  const path = join(folder, 'cohort');
  const axes = [
    { name: 'lead', labels: ['I', 'II'] },
    { name: 'time', spacing: 0.01, unit: 's' },
  ];
  await createStore(path, {
    views: {
      ecg: { shape: [2, 10], dtype: 'float32', axes, unit: 'mV' },
      ed: { shape: [4], dtype: 'float32', axes: [{ name: 'voxel' }], unit: 'a.u.' },
    },
    targets: {
      ef: { shape: [1], dtype: 'float32', type: 'number', names: ['ef'], units: ['%'] },
    },
    shardRows: 4,
  });
  const records = Array.from({ length: 12 }, (_, i) => ({
    subject: `s${i >> 1}`,
    id: `r${i}`,
    visit: String(i % 2),
    date: `2020-01-0${1 + (i % 2)}`,
    views: {
      ecg: Float32Array.from({ length: 20 }, (__, k) => Math.sin(i + k)),
      ...(i % 3 === 0 ? {} : { ed: Float32Array.of(i, i + 1, i + 2, 0.1) }),
    },
    targets: { ef: [i % 4 === 3 ? null : 50 + i] },
  }));
  await appendRecords(path, key, records);
  const writer = await openWriter(path, key);
  const parts = { fractions: { train: 0.5, val: 0.25, test: 0.25 } };
  await storeSplit(path, writer, 'default', { parts, seed: 0 });
  await storeSplit(path, writer, 'cv', { parts: { folds: 3 }, seed: 0 });
  writer.close();
});
afterAll(() => rm(folder, { recursive: true }));

describeCohort(import.meta.url, {
  id: 'store',
  cases: [
    { name: 'same visit', options: { path: 'cohort' }, from },
    {
      name: 'nearest, a fold',
      options: { path: 'cohort', split: 'cv/1', pairing: 'nearest: 3' },
      from,
    },
    { name: 'all pairs', options: { path: 'cohort', pairing: 'all' }, from },
  ],
});

test('split and pairing of the experiment count where the options do not say', async () => {
  const open = (options: object, more: object = {}) =>
    Promise.resolve(store.create({ path: 'cohort', ...options } as never, { ...from(), ...more }));
  const fold = await open({ split: 'cv/0', pairing: 'all' });
  expect((await open({}, { split: 'cv/0', pairing: 'all' })).digest).toBe(fold.digest);
  expect((await open({ split: 'cv/0' }, { split: 'x', pairing: 'all' })).digest).toBe(fold.digest);
  await expect(open({}, { pairing: 'sometimes' })).rejects.toThrow('E_STORE_PAIRING');
  await expect(open({ path: 'elsewhere' })).rejects.toThrow('E_STORE_OPEN');
});

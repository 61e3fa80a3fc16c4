import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { open as openZarr, get, root } from 'zarrita';
import { afterAll, expect, test } from 'vitest';
import * as small from '../../fixtures/small-store.ts';
import { appendRecords, createStore, openStore, openWriter } from '../index.ts';
import { crc32c } from './crc32c.ts';

afterAll(small.removeFolders);
const rowsTo = (n: number) => Int32Array.from({ length: n }, (_, i) => i);
async function messageOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    return (error as Error).message.replace(/\S*dualbeat-store-\w+/, '<tmp>');
  }
  return 'no error';
}

test('known answer of CRC-32C', () => {
  expect(crc32c(Buffer.from('123456789')).toString(16)).toBe('e3069283');
});

test('what is appended comes back: views within half a step, all else exactly', async () => {
  const path = await small.smallStore(11);
  const store = openStore(path);
  const wanted = small.records(11);
  const rows = Int32Array.of(10, 3, -1, 2, 0);
  for (const view of ['ecg', 'ed', 'es']) {
    const { values, present } = await store.read(rows, view);
    expect(values.shape).toEqual([5, ...(store.manifest.views[view]?.spec.shape ?? [])]);
    const size = values.data.length / 5;
    rows.forEach((row, i) => {
      const want = wanted[row]?.views[view];
      expect(present.data[i]).toBe(want === undefined ? 0 : 1);
      const got = values.data.subarray(i * size, (i + 1) * size);
      const most = Math.max(0, ...[...(want ?? [])].map(Math.abs));
      got.forEach((value, k) => {
        expect(Math.abs(value - (want?.[k] ?? 0))).toBeLessThanOrEqual(most / 65534 + 1e-7);
      });
    });
  }
  expect(await store.column('target.ef.ef')).toEqual(
    wanted.map(({ targets }) => targets?.['ef']?.[0] ?? null),
  );
  expect(await store.column('covariate.site')).toEqual(wanted.map((r) => r.covariates?.['site']));
  expect(await store.column('date')).toEqual(wanted.map(({ date }) => date));
  expect((await store.column('flags'))[1]).toBe('flat II');
  expect(new Set(await store.column('subject')).size).toBe(6);
  store.close();
});

test('digital recordings and float32 stores come back exactly, compressed or not', async () => {
  const digital = Float32Array.from({ length: 10 }, (_, i) => Math.fround((i - 4) * 0.005));
  const odd = Float32Array.from({ length: 10 }, (_, i) => Math.fround(Math.sqrt(i) - 1.3e-20));
  for (const compression of ['none', 'gzip'] as const) {
    for (const encoding of ['int16', 'float32'] as const) {
      const path = join(small.tempFolder(), 'store');
      await createStore(path, {
        views: { ecg: small.ecg },
        encodings: { ecg: encoding },
        compression,
      });
      const values = encoding === 'int16' ? digital : odd;
      const one = { subject: 'a', id: 'a1', visit: '', date: null, views: { ecg: values } };
      await appendRecords(path, small.key, [one]);
      expect((await openStore(path).read(rowsTo(1), 'ecg')).values.data).toEqual(values);
    }
  }
});

test('another Zarr reader sees the same integers, and fill values where a view is missing', async () => {
  const path = await small.smallStore(11, { compression: 'gzip' });
  const store = openStore(path);
  const files = new Map<string, Uint8Array>();
  const load = (name: string) => {
    const file = join(path, name);
    if (!existsSync(file)) return undefined;
    if (!files.has(name)) files.set(name, new Uint8Array(readFileSync(file)));
    return files.get(name);
  };
  const reader = {
    get: async (name: string) => load(name),
    getRange: async (
      name: string,
      range: { offset: number; length: number } | { suffixLength: number },
    ) => {
      const bytes = load(name);
      if (bytes === undefined) return undefined;
      if ('suffixLength' in range) return bytes.slice(-range.suffixLength);
      return bytes.slice(range.offset, range.offset + range.length);
    },
  };
  for (const view of ['ecg', 'ed']) {
    const array = await openZarr.v3(root(reader).resolve(`/views/${view}`), { kind: 'array' });
    expect(array.shape).toEqual([11, ...(store.manifest.views[view]?.spec.shape ?? [])]);
    const { data } = await get(array);
    const { values } = await store.read(rowsTo(11), view);
    const scales = await store.column(`${view}.scale`);
    const size = values.data.length / 11;
    const theirs = Float32Array.from(
      data as Int16Array,
      (x, i) => x * Number(scales[Math.floor(i / size)] ?? 0),
    );
    expect(theirs).toEqual(values.data);
  }
});

test('the digest does not depend on how the records were appended, nor on compression', async () => {
  const whole = openStore(await small.smallStore(11)).manifest;
  const path = await small.smallStore(0, { compression: 'gzip', shardRows: 3 });
  for (const [from, n] of [
    [0, 2],
    [2, 5],
    [7, 4],
  ] as const) {
    await appendRecords(path, small.key, small.records(n, from));
  }
  const parts = openStore(path).manifest;
  expect(parts.digest).toBe(whole.digest);
  expect(parts.tables).toHaveLength(3);
  const writer = await openWriter(path, small.key);
  await writer.compact();
  writer.close();
  const compact = openStore(path);
  expect(compact.manifest.tables).toHaveLength(1);
  expect(readdirSync(join(path, 'tables'))).toHaveLength(1);
  expect(compact.manifest.digest).toBe(whole.digest);
  expect((await compact.column('record')).length).toBe(11);
});

test('parts of the table are made one before they are many', async () => {
  const path = await small.smallStore(0);
  for (let i = 0; i < 27; i++) await appendRecords(path, small.key, small.records(1, i));
  const store = openStore(path);
  expect(store.manifest.tables.length).toBeLessThan(5);
  expect(store.manifest.digest).toBe(openStore(await small.smallStore(27)).manifest.digest);
  expect(readdirSync(join(path, 'tables')).length).toBe(store.manifest.tables.length);
});

test('no id of the site is in the store', async () => {
  const path = await small.smallStore(4);
  const all = readdirSync(path, { recursive: true, withFileTypes: true }).filter((f) => f.isFile());
  for (const file of all) {
    const bytes = readFileSync(join(file.parentPath, file.name)).toString('latin1');
    expect(bytes).not.toContain('person-');
  }
});

test('refused records leave the store as it was', async () => {
  const path = await small.smallStore(3);
  const before = readFileSync(join(path, 'manifest.json'), 'utf8');
  const bad = (change: object) => () =>
    appendRecords(path, small.key, [small.record(8), { ...small.record(9), ...change }]);
  const nan = new Float32Array(10).fill(Number.NaN, 3, 4);
  expect([
    await messageOf(bad({ views: { ecg: nan } })),
    await messageOf(bad({ views: { ecg: new Float32Array(9) } })),
    await messageOf(bad({ views: { eeg: nan } })),
    await messageOf(bad({ views: {} })),
    await messageOf(bad({ date: '2020-02-30' })),
    await messageOf(bad({ targets: { ef: [Infinity] } })),
    await messageOf(() => appendRecords(path, small.key, small.records(2, 2))),
  ]).toMatchInlineSnapshot(`
    [
      "E_STORE_RECORD: record e6acaea1403b8c6c4eef7d50: the record is refused: view "ecg": value 3 is NaN. Fix: correct the record or leave it out.",
      "E_STORE_RECORD: record e6acaea1403b8c6c4eef7d50: the record is refused: view "ecg": 9 values, 2 x 5 = 10 are due. Fix: correct the record or leave it out.",
      "E_STORE_RECORD: record e6acaea1403b8c6c4eef7d50: the record is refused: the store has no view "eeg". Fix: correct the record or leave it out.",
      "E_STORE_RECORD: record e6acaea1403b8c6c4eef7d50: the record is refused: it has no view. Fix: correct the record or leave it out.",
      "E_STORE_RECORD: record e6acaea1403b8c6c4eef7d50: the record is refused: its date is no day such as 2019-04-30. Fix: correct the record or leave it out.",
      "E_STORE_RECORD: record e6acaea1403b8c6c4eef7d50: the record is refused: target "ef.ef" is no finite number. Fix: correct the record or leave it out.",
      "E_STORE_TWICE: record 926edac842a0b3978f03cfe5: the store has a record of this id already. Fix: leave it out, or give the record another id.",
    ]
  `);
  expect(readFileSync(join(path, 'manifest.json'), 'utf8')).toBe(before);
});

test('folders that are no store, and stores of others, are refused', async () => {
  const path = await small.smallStore(2);
  const other = join(small.tempFolder(), 'x');
  const { siteKeyFrom } = await import('../ids/site-key.ts');
  const text = readFileSync(join(path, 'manifest.json'), 'utf8');
  const written = (content: string) => {
    writeFileSync(join(path, 'manifest.json'), content);
    return messageOf(() => openStore(path));
  };
  expect([
    await messageOf(() => openStore(other)),
    await messageOf(() => createStore(path, small.smallOptions)),
    await messageOf(() => createStore(other, { views: { 'a/b': small.ecg } })),
    await messageOf(() =>
      createStore(other, { views: { ecg: small.ecg }, encodings: { ecg: 'int32' } }),
    ),
    await messageOf(() => openWriter(path, siteKeyFrom(new Uint8Array(32)))),
    await written('{'),
    await written('[]'),
    await written('{"dualbeatStore": 2}'),
    await written(text.replace('"rows": 2', '"rows": 3')),
  ]).toMatchInlineSnapshot(`
    [
      "E_STORE_OPEN: <tmp>/x: this is no cohort store that can be read: it has no manifest.json. Fix: give the folder that \`dualbeat data import --to\` made.",
      "E_STORE_EXISTS: <tmp>/store: there is something in this folder already. Fix: give an empty or missing folder, or append to the store that is there.",
      "E_STORE_SCHEMA: a store cannot be made so: view "a/b": its name is no plain word. Fix: correct the views, targets or options of the store.",
      "E_STORE_SCHEMA: a store cannot be made so: view "ecg": its encoding does not fit float32. Fix: correct the views, targets or options of the store.",
      "E_STORE_KEY: <tmp>/store: the ids of this store were made with another site key. Fix: give the key file that its first import used (\`--key FILE\`); without it nothing can be added to the store or withdrawn from it.",
      "E_STORE_MANIFEST: <tmp>/store: the manifest of this store is damaged: it is no JSON. Fix: restore manifest.json from a copy, or import again.",
      "E_STORE_MANIFEST: <tmp>/store: the manifest of this store is damaged: it is no object. Fix: restore manifest.json from a copy, or import again.",
      "E_STORE_VERSION: <tmp>/store: this store has the schema version 2, this program reads version 1. Fix: read it with the version of dualbeat that wrote it.",
      "E_STORE_MANIFEST: <tmp>/store: the manifest of this store is damaged: it does not have its checksum. Fix: restore manifest.json from a copy, or import again.",
    ]
  `);
});

test('one writer at a time', async () => {
  const path = await small.smallStore(1);
  const writer = await openWriter(path, small.key);
  expect(await messageOf(() => openWriter(path, small.key))).toContain('E_RUN_LOCKED');
  writer.close();
  (await openWriter(path, small.key)).close();
});

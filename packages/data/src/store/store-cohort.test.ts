import {
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
  appendFileSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { isCoded } from '@dualbeat/core';
import type { HostMasked } from '@dualbeat/core';
import * as small from '../../fixtures/small-store.ts';
import {
  appendRecords,
  describeStore,
  findDuplicates,
  mergeStores,
  openStore,
  openWriter,
  readSplit,
  storeCohort,
  storeSplit,
  verifyStore,
  withdraw,
} from '../index.ts';
import type { SplitRecipe } from '../index.ts';

afterAll(small.removeFolders);
const recipe: SplitRecipe = { parts: { fractions: { train: 0.6, val: 0.2, test: 0.2 } }, seed: 0 };
async function split(path: string, name: string, use: SplitRecipe | 'extend' = recipe) {
  const writer = await openWriter(path, small.key);
  try {
    return await storeSplit(path, writer, name, use);
  } finally {
    writer.close();
  }
}
async function failure(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'no error',
    (error: Error) => error.message.replace(/\S*dualbeat-store-\w+/, '<tmp>'),
  );
}

test('a cohort: parts by subject, targets with the statistics of the training rows, missing views', async () => {
  const path = await small.smallStore(40);
  await split(path, 'default');
  const cohort = await storeCohort(openStore(path), { split: 'default', pairing: 'same-visit' });
  const parts = await Promise.all((['train', 'val', 'test'] as const).map((p) => cohort.rows(p)));
  const all = await cohort.rows('all');
  expect(parts.map((rows) => rows.length)).toEqual([24, 8, 8]);
  expect(all.length).toBe(40);
  const sets = parts.map((rows) => new Set(cohort.subjects(rows)));
  expect(new Set(sets.flatMap((set) => [...set])).size).toBe(
    sets.reduce((n, set) => n + set.size, 0),
  );
  const { ef } = cohort.targets;
  const [train] = parts as [Int32Array];
  const { values, present } = (await cohort.read(train, ['ef'])).ef as never as {
    values: { data: Float32Array };
    present: { data: Uint8Array };
  };
  const there = [...values.data].filter((_, i) => present.data[i] === 1);
  const mean = there.reduce((a, b) => a + b, 0) / there.length;
  expect(there.length).toBeLessThan(24);
  expect(ef?.mean[0]).toBeCloseTo(mean, 10);
  expect(ef?.std[0]).toBeCloseTo(
    Math.sqrt(there.reduce((a, b) => a + (b - mean) ** 2, 0) / there.length),
    10,
  );
  const read = await cohort.read(Int32Array.of(2, 0), [
    'ed',
    'covariates',
    'hf',
    'hf-survival',
    'ecg',
  ]);
  expect(read['ed']?.present.data).toEqual(Uint8Array.of(0, 1));
  expect(read['covariates']?.values.data).toEqual(Float32Array.of(42, 40));
  expect(read['hf']?.values.data).toEqual(Float32Array.of(0, 1));
  const { values: years, present: known } = read['hf-survival'] as HostMasked;
  expect([years.shape, known.shape]).toEqual([
    [2, 1, 2],
    [2, 1],
  ]);
  const days = (Date.parse('2021-01-01') - Date.parse('2012-03-03')) / 86_400_000;
  expect(years.data[0]).toBeCloseTo(days / 365.25, 5);
  expect([years.data[1], years.data[3]]).toEqual([0, 1]);
  expect(cohort.ids(Int32Array.of(0))).toEqual([small.key.record(small.record(0).id)]);
  expect(cohort.targets['survival']).toMatchObject({
    type: 'survival',
    names: ['hf'],
    shape: [1, 2],
    units: ['y'],
  });
  expect(cohort.targets['endpoints']).toMatchObject({ type: 'binary', names: ['hf'] });
  const other = await storeCohort(openStore(path), { split: 'default', pairing: { nearest: 9 } });
  expect(other.digest).not.toBe(cohort.digest);
});

test('folds: each subject is tested on once', async () => {
  const path = await small.smallStore(30);
  await split(path, 'cv', { parts: { folds: 5 }, seed: 3, stratify: 'covariate.site' });
  const tested: number[] = [];
  for (let fold = 0; fold < 5; fold++) {
    const cohort = await storeCohort(openStore(path), {
      split: `cv/${fold}`,
      pairing: 'same-visit',
    });
    const [train, val, held] = await Promise.all(
      (['train', 'val', 'test'] as const).map((p) => cohort.rows(p)),
    );
    tested.push(...(held ?? []));
    expect([train?.length, val?.length, held?.length]).toEqual([18, 6, 6]);
  }
  expect(tested.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i));
  const open = (name: string) => storeCohort(openStore(path), { split: name, pairing: 'all' });
  expect([await failure(open('cv')), await failure(open('cv/5')), await failure(open('other'))])
    .toMatchInlineSnapshot(`
    [
      "E_STORE_FOLD: the split "cv" has 5 folds and none was named. Fix: write the split as "cv/0" to "cv/4" for a split of folds, without a number for any other.",
      "E_STORE_FOLD: the split "cv" has no fold 5; it has 5. Fix: write the split as "cv/0" to "cv/4" for a split of folds, without a number for any other.",
      "E_STORE_SPLIT: the store has no split "other"; there is: cv. Fix: make it once with \`dualbeat data split <store> --name other\`, or name one that is there.",
    ]
  `);
});

test('a split is made once; later subjects are placed on request and no other moves', async () => {
  const path = await small.smallStore(20);
  await split(path, 'default');
  const before = await readSplit(openStore(path), 'default');
  expect(await failure(split(path, 'default'))).toMatchInlineSnapshot(
    `"E_STORE_SPLIT_EXISTS: the store has a split "default" already; results of earlier runs rest on it. Fix: give the new split another name, or use \`--extend\` to place only subjects that came later."`,
  );
  expect(await failure(split(path, 'new', 'extend'))).toContain('E_STORE_SPLIT:');
  await appendRecords(path, small.key, small.records(10, 20));
  const cohort = await storeCohort(openStore(path), { split: 'default', pairing: 'same-visit' });
  expect((await cohort.rows('all')).length).toBe(30);
  const placedNow = await Promise.all(
    (['train', 'val', 'test'] as const).map((p) => cohort.rows(p)),
  );
  expect(placedNow.flatMap((rows) => [...rows]).length).toBe(20);
  expect((await split(path, 'default', 'extend')).placed).toBe(5);
  const after = await readSplit(openStore(path), 'default');
  for (const [subject, part] of before) expect(after.get(subject)).toBe(part);
  expect(after.size).toBe(15);
});

test('identical recordings of two subjects are found, and stay in one part', async () => {
  const path = await small.smallStore(30);
  const copies = [3, 11, 17].map((i) => ({
    ...small.record(i),
    subject: `copy-${i}`,
    id: `copy-${i}`,
  }));
  await appendRecords(path, small.key, copies);
  const found = await findDuplicates(openStore(path));
  const views = [3, 11, 17].map((i) => Object.keys(small.record(i).views).length);
  expect(found.length).toBe(views.reduce((a, b) => a + b, 0));
  for (let seed = 0; seed < 5; seed++) {
    await split(path, `s${seed}`, { ...recipe, seed });
    const partOf = await readSplit(openStore(path), `s${seed}`);
    for (const { subjects } of found)
      expect(new Set(subjects.map((s) => partOf.get(s))).size).toBe(1);
  }
});

test('who withdrew is gone: from cohorts, tables and shards, and from later imports', async () => {
  const path = await small.smallStore(20);
  await split(path, 'default');
  const old = openStore(path);
  const before = await old.read(Int32Array.of(0, 1, 8, 9), 'ecg');
  const stored = await old.readStored(4, 'ecg');
  const gone = await withdraw(path, small.key, ['person-2', 'person-7', 'nobody']);
  expect({
    ...gone,
    records: gone.records.length,
    before: gone.before === old.manifest.digest,
  }).toEqual({
    subjects: 2,
    rows: 4,
    records: 4,
    before: true,
  });
  const store = openStore(path);
  expect(store.manifest.digest).not.toBe(old.manifest.digest);
  expect((await verifyStore(store)).problems).toEqual([]);
  expect((await store.read(Int32Array.of(0, 1, 8, 9), 'ecg')).values).toEqual(before.values);
  expect((await store.read(Int32Array.of(4, 5, 14, 15), 'ecg')).present.data).toEqual(
    new Uint8Array(4),
  );
  const cohort = await storeCohort(store, { split: 'default', pairing: 'same-visit' });
  expect((await cohort.rows('all')).length).toBe(16);
  // Bytes of its ECG are in no file.
  const files = readdirSync(join(path, 'views'), { recursive: true, withFileTypes: true });
  for (const file of files.filter((f) => f.isFile())) {
    expect(
      readFileSync(join(file.parentPath, file.name)).includes(Buffer.from(stored?.bytes ?? [])),
    ).toBe(false);
  }
  await appendRecords(path, small.key, [{ ...small.record(4), id: 'again' }, small.record(50)]);
  expect(openStore(path).manifest.rows).toBe(21);
  expect((await withdraw(path, small.key, ['person-2'])).rows).toBe(0);
});

test('merged shards are the store that one import makes', async () => {
  const whole = openStore(await small.smallStore(19)).manifest;
  const shards = [];
  for (const [from, n] of [
    [0, 7],
    [7, 5],
    [12, 7],
  ] as const) {
    const path = await small.smallStore(0);
    await appendRecords(path, small.key, small.records(n, from));
    shards.push(path);
  }
  const path = join(small.tempFolder(), 'merged');
  const { manifest, added } = await mergeStores(path, shards, small.key);
  expect([manifest.digest, added]).toEqual([whole.digest, 19]);
  expect((await verifyStore(openStore(path))).problems).toEqual([]);
  const again = await mergeStores(path, shards, small.key);
  expect([again.added, again.skipped]).toEqual([0, 19]);
  const other = await small.smallStore(1, { endpoints: ['hf', 'mi'] });
  expect(await failure(mergeStores(path, [other], small.key))).toMatchInlineSnapshot(
    `"E_STORE_MERGE: <tmp>/merged: this store does not fit the first one: its endpoints are others. Fix: merge stores that were imported with the same options and the same site key."`,
  );
});

test('a summary counts what is there and what is missing', async () => {
  const path = await small.smallStore(20);
  await split(path, 'default');
  const summary = await describeStore(openStore(path));
  expect(summary).toMatchObject({ rows: 20, subjects: 10, duplicates: 0, flagged: 1 });
  expect(summary.views['ed']).toEqual({ present: 14, missing: 6 });
  expect(summary.columns.map(({ name }) => name)).toEqual(['age', 'site', 'ef', 'sick', 'hf']);
  const age = summary.columns[0]?.summary;
  expect(age).toMatchObject({ kind: 'number', of: { n: 18, missing: 2, min: 40, max: 59 } });
  expect(summary.splits['default']?.map(({ part, subjects }) => [part, subjects])).toEqual([
    ['train', 6],
    ['val', 2],
    ['test', 2],
  ]);
});

test('a damaged record is named with its file; the others are read', async () => {
  const path = await small.smallStore(8);
  const file = join(path, 'views/ecg/c/0/0/0');
  const bytes = readFileSync(file);
  bytes[25] = (bytes[25] as number) ^ 4; // in the second record of 20 bytes
  writeFileSync(file, bytes);
  const store = openStore(path);
  expect((await store.read(Int32Array.of(0, 2, 7), 'ecg')).present.data).toEqual(
    Uint8Array.of(1, 1, 1),
  );
  expect(await failure(store.read(Int32Array.of(0, 1), 'ecg'))).toMatchInlineSnapshot(
    `"E_STORE_CHUNK: record bd31982fbc87ff41e5f47f41: its chunk in views/ecg/c/0/0/0 is corrupt: its bytes do not have their checksum. Fix: restore this file from a copy or import again; \`dualbeat data verify\` lists every such record."`,
  );
  const { problems, chunks } = await verifyStore(store);
  expect(problems.map(({ code, record }) => [code, record])).toEqual([
    ['E_STORE_CHUNK', small.key.record(small.record(1).id)],
  ]);
  expect(chunks).toBe(8 + 2 * 6);
  truncateSync(join(path, 'views/ed/c/1/0/0/0/0'), 30);
  rmSync(join(path, 'views/es/c/0/0/0/0/0'));
  const lost = await verifyStore(openStore(path));
  expect(lost.problems.length).toBe(1 + 3 + 3);
});

test('whatever byte is damaged: a coded error or the same data, and verify tells', async () => {
  const runs = process.env['DUALBEAT_TEST_FULL'] === '1' ? 5000 : 200;
  const path = await small.smallStore(9);
  await split(path, 'default');
  const files = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((f) => f.isFile())
    .map((f) => join(f.parentPath, f.name))
    .sort();
  const good = new Map(files.map((file) => [file, readFileSync(file)]));
  const rows = Int32Array.from({ length: 9 }, (_, i) => i);
  const readAll = async () => {
    const store = openStore(path);
    try {
      const cohort = await storeCohort(store, { split: 'default', pairing: 'same-visit' });
      return JSON.stringify([
        cohort.digest,
        await cohort.read(rows, ['ecg', 'ed', 'es', 'ef', 'hf']),
      ]);
    } finally {
      store.close();
    }
  };
  const want = await readAll();
  const damage = fc.record({
    file: fc.constantFrom(...files),
    how: fc.constantFrom('flip', 'cut', 'add', 'random', 'empty'),
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    bit: fc.nat(7),
    junk: fc.uint8Array({ minLength: 1, maxLength: 64 }),
  });
  await fc.assert(
    fc.asyncProperty(damage, async ({ file, how, at: where, bit, junk }) => {
      const bytes = Buffer.from(good.get(file) as Buffer);
      const at = Math.floor(where * bytes.length);
      if (how === 'flip') bytes[at] = (bytes[at] as number) ^ (1 << bit);
      if (how === 'random') bytes.set(junk.subarray(0, bytes.length - at), at);
      writeFileSync(
        file,
        how === 'cut' || how === 'empty' ? bytes.subarray(0, how === 'cut' ? at : 0) : bytes,
      );
      if (how === 'add') appendFileSync(file, junk);
      try {
        const outcome = await readAll().catch((error: unknown) => error);
        if (typeof outcome === 'string') expect(outcome).toBe(want);
        else expect(isCoded(outcome) && String(outcome.code).startsWith('E_')).toBe(true);
        const same = readFileSync(file).equals(good.get(file) as Buffer);
        const told = await (async () =>
          (await verifyStore(openStore(path))).problems.length)().catch((error: unknown) =>
          isCoded(error) ? 1 : Promise.reject(error as Error),
        );
        // Of the files only the group's metadata and bytes after or between the chunks of a shard are not guarded.
        if (!same && typeof outcome !== 'string') expect(told).toBeGreaterThan(0);
      } finally {
        writeFileSync(file, good.get(file) as Buffer);
      }
    }),
    { numRuns: runs },
  );
}, 600_000);

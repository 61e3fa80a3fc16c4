import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostRandom } from '@dualbeat/core';
import { afterAll, expect, test } from 'vitest';
import * as small from '../../fixtures/small-store.ts';
import { importCohort, mergeStores, openStore, verifyStore, withdraw } from '../index.ts';
import type { ImportOptions, ImportReport } from '../index.ts';

afterAll(small.removeFolders);
const plugin = new URL('../../fixtures/import-plugin', import.meta.url).pathname;
const root = new URL('../../../..', import.meta.url).pathname;
const load = (
  path: string,
  options: object = {},
  change: Partial<ImportOptions> & { use?: string } = {},
): Promise<ImportReport> =>
  importCohort({
    path,
    key: small.key,
    source: {
      plugins: [plugin],
      from: `${plugin}/x`,
      use: change.use ?? 'ramp/facts',
      options,
      seed: 0,
    },
    workers: 0,
    store: { shardRows: 4 },
    ...change,
  });
const fresh = () => join(small.tempFolder(), 'store');
const rowsTo = (n: number) => Int32Array.from({ length: n }, (_, i) => i);
const textOf = (path: string) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((f) => f.isFile())
    .map((f) => readFileSync(join(f.parentPath, f.name)).toString('latin1'))
    .join('\n');

test('views, targets, covariates, endpoints and dates of any cohort come into the store', async () => {
  const path = fresh();
  const report = await load(path, { rows: 11 });
  expect(report).toMatchObject({ rows: 11, imported: 11, there: 0, finished: true });
  const store = openStore(path);
  expect(store.manifest).toMatchObject({
    rows: 11,
    endpoints: ['hf'],
    covariates: [
      { name: 'site', type: 'text' },
      { name: 'age', type: 'number' },
      { name: 'sex', type: 'number' },
    ],
    preprocessing: { source: 'ramp/facts', options: { rows: 11 } },
    provenance: [{ source: 'ramp/facts', sourceDigest: 'ab'.repeat(32), rows: 11 }],
  });
  expect(Object.keys(store.manifest.views)).toEqual(['ecg']);
  expect(store.manifest.tables).toHaveLength(1);
  const { values } = await store.read(rowsTo(11), 'ecg');
  values.data.forEach((value, i) => {
    expect(Math.abs(value - Math.sin(Math.floor(i / 100) + (i % 100) / 7))).toBeLessThan(2e-5);
  });
  expect(await store.column('covariate.age')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect((await store.column('covariate.sex')).slice(0, 4)).toEqual([1, null, 3, 4]);
  expect((await store.column('target.ef.ef')).slice(3, 6)).toEqual([3, null, 5]);
  expect((await store.column('covariate.site')).slice(0, 2)).toEqual(['north', null]);
  expect((await store.column('endpoint.hf.status')).slice(6, 8)).toEqual(['none', 'event']);
  expect((await store.column('visit')).slice(0, 2)).toEqual(['baseline', 'imaging']);
  expect((await verifyStore(store)).problems).toEqual([]);
});

test('threads, and a cohort that knows no records, give the same rows', async () => {
  const [one, two] = [fresh(), fresh()];
  const first = await load(one, { rows: 30 }, { use: 'ramp/plain' });
  const second = await load(two, { rows: 30 }, { use: 'ramp/plain', workers: 2 });
  expect(second.manifest.digest).toBe(first.manifest.digest);
  expect(new Set(await openStore(one).column('subject')).size).toBe(15);
  expect((await openStore(one).column('visit')).slice(0, 4)).toEqual(['0', '1', '0', '1']);
});

test('records that cannot be read are reported with the reason, without an id; the others come', async () => {
  const faults = { 3: 'corrupt', 4: 'nan', 9: 'empty', 16: 'corrupt', 17: 'corrupt' };
  const path = fresh();
  const report = await load(path, { rows: 20, faults });
  expect(report.imported).toBe(15);
  expect(report.rejected.map(({ code }) => code)).toEqual([
    'E_TEST_XML',
    'E_STORE_RECORD',
    'E_IMPORT_EMPTY',
    'E_TEST_XML',
    'E_TEST_XML',
    'E_TEST_HEAD',
  ]);
  expect(report.rejected[0]).toMatchInlineSnapshot(`
    {
      "code": "E_TEST_XML",
      "id": "a3504b805f0e8c18354c5b04",
      "message": "E_TEST_XML: /data/a3504b805f0e8c18354c5b04.xml: it ends early. Fix: copy it again.",
    }
  `);
  expect(JSON.stringify(report)).not.toMatch(/4711|NHS/);
  expect(textOf(path)).not.toMatch(/4711|NHS/);
  expect(readFileSync(join(path, 'rejected.jsonl'), 'utf8').split('\n')).toHaveLength(7);
  const shown = await load(path, { rows: 20, faults }, { showIds: true });
  expect(shown).toMatchObject({ imported: 0, there: 15 });
  expect(shown.rejected.map(({ id }) => id)).toContain('ward/4711003');
  expect(textOf(path)).not.toMatch(/4711|NHS/);
});

test('an import goes on with what is new; other options are refused', async () => {
  const path = fresh();
  await load(path, { rows: 10 });
  expect(await load(path, { rows: 25 })).toMatchObject({ imported: 15, there: 10 });
  const whole = await load(fresh(), { rows: 25 });
  expect(openStore(path).manifest.digest).toBe(whole.manifest.digest);
  await withdraw(path, small.key, ['NHS4711013']);
  expect(await load(path, { rows: 30 })).toMatchObject({ imported: 3, there: 25, withdrawn: 2 });
  const other = load(path, { rows: 30 }, { use: 'ramp/plain' });
  await expect(other).rejects.toThrow('its covariates are others');
});

test('a stopped import keeps what it has read', async () => {
  const path = fresh();
  const stop = new AbortController();
  const report = await load(
    path,
    { rows: 40 },
    { signal: stop.signal, onProgress: () => stop.abort() },
  );
  expect(report.finished).toBe(false);
  expect(report.imported).toBe(8);
  expect(await load(path, { rows: 40 })).toMatchObject({ imported: 32, there: 8, finished: true });
});

test('shards of a job array, merged, are the whole', async () => {
  const whole = await load(fresh(), { rows: 23 }, { use: 'ramp/plain' });
  const shards = [];
  for (const index of [1, 2, 3]) {
    const path = fresh();
    await load(path, { rows: 23 }, { use: 'ramp/plain', shard: { index, of: 3 } });
    shards.push(path);
  }
  const merged = fresh();
  await mergeStores(merged, shards, small.key).catch((error: Error) =>
    expect(error.message).toBe(''),
  );
  expect(openStore(merged).manifest.digest).toBe(whole.manifest.digest);
});

test('killed at any moment, a store is whole as it was committed, and the import goes on', async () => {
  const options = { rows: 60, slowMs: 5 };
  const want = (await load(fresh(), options)).manifest.digest;
  const kills = process.env['DUALBEAT_TEST_FULL'] === '1' ? 30 : 3;
  const path = fresh();
  const random = hostRandom(5, 'kill');
  const script = join(root, 'packages/data/fixtures/import-slowly.ts');
  const args = [
    '--conditions=@dualbeat/source',
    '--import',
    'tsx',
    script,
    path,
    plugin,
    JSON.stringify(options),
  ];
  let rows = 0;
  for (let kill = 0; kill < kills; kill++) {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await new Promise((resolve) => {
      child.stdout.once('data', resolve);
      child.once('exit', resolve);
    });
    await new Promise((resolve) => setTimeout(resolve, Math.floor(random() * 120)));
    child.kill('SIGKILL');
    await ended;
    const store = openStore(path);
    expect(
      (await verifyStore(store)).problems.filter(({ code }) => code !== 'E_STORE_METADATA'),
    ).toEqual([]);
    expect(store.manifest.rows).toBeGreaterThanOrEqual(rows);
    ({ rows } = store.manifest);
    store.close();
  }
  expect((await load(path, options)).manifest.digest).toBe(want);
  expect((await verifyStore(openStore(path))).problems).toEqual([]);
}, 300_000);

test('the key of a site: made once, for its owner alone, outside of stores', async () => {
  const { chmodSync, statSync, writeFileSync } = await import('node:fs');
  const { openSiteKey } = await import('../index.ts');
  const folder = small.tempFolder();
  const file = join(folder, 'keys', 'site.key');
  const first = openSiteKey(file, []);
  expect([first.made, statSync(file).mode & 0o777]).toEqual([true, 0o600]);
  const second = openSiteKey(file, [join(folder, 'store')]);
  expect([second.made, second.subject('a')]).toEqual([false, first.subject('a')]);
  expect(first.subject('a')).not.toBe(first.record('a'));
  expect(openSiteKey(join(folder, 'other.key'), []).subject('a')).not.toBe(first.subject('a'));
  const told = (work: () => unknown) => {
    try {
      work();
      return 'no error';
    } catch (error) {
      return (error as Error).message.replaceAll(folder, '<tmp>');
    }
  };
  const inside = told(() => openSiteKey(join(folder, 'store/k'), [join(folder, 'store')]));
  chmodSync(file, 0o644);
  const open = told(() => openSiteKey(file, []));
  chmodSync(file, 0o600);
  writeFileSync(file, 'nothing');
  expect([inside, open, told(() => openSiteKey(file, []))]).toMatchInlineSnapshot(`
    [
      "E_KEY_PLACE: <tmp>/store/k: the key file lies inside the store whose ids it protects. Fix: give a place outside of every store with --key or DUALBEAT_SITE_KEY.",
      "E_KEY_MODE: <tmp>/keys/site.key: other users may read the key file (mode 644). Fix: run \`chmod 600\` on it; if others have read it, ids made with it are no secret to them.",
      "E_KEY_FILE: <tmp>/keys/site.key: there is no site key to be read here (no line of 64 hex digits). Fix: restore the file from its copy; a lost key cannot be made anew: new imports get other ids, and nothing can be withdrawn from the old stores.",
    ]
  `);
  const key = small.key.subject('eid 1234567');
  expect(key).toMatch(/^[0-9a-f]{24}$/);
  expect(key).not.toContain(createHash('sha256').update('eid 1234567').digest('hex').slice(0, 24));
});

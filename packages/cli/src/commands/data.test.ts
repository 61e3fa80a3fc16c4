/** @file The data commands from end to end: recordings in folders to a store that a cohort opens. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, storeCohort } from '@dualbeat/data';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { captured } from '../../test/captured.ts';
import { main } from '../cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'dualbeat-data-'));
const key = ['--key', join(folder, 'site.key')];
const at = (name: string) => join(folder, name);
const leads = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];

async function run(...argv: string[]) {
  const { code, stdout, stderr } = await captured(() => main(['data', ...argv]));
  const clean = (text: string) =>
    text.replaceAll(folder, '<tmp>').replace(/digest \w{12}/g, 'digest <digest>');
  return { code, stdout: clean(stdout), stderr: clean(stderr) };
}
async function json(...argv: string[]): Promise<Record<string, unknown>> {
  const quiet = ['import', 'verify', 'merge', 'download'].includes(argv[0] ?? '')
    ? ['--quiet']
    : [];
  const { stdout, stderr } = await run(...argv, '--json', ...quiet);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** Subjects with ids of seven digits, as UK Biobank has them. */
const ids = ['1000123', '1000456', '1000789', '1001012', '1001345', '1001678'];
beforeAll(() => {
  mkdirSync(at('set'));
  for (const [i, id] of ids.entries()) {
    for (const visit of [2, 3]) {
      const name = `${id}_${visit}`;
      const data = Int16Array.from({ length: 2400 }, (_, k) => 900 * Math.sin(k * (7 * i + visit)));
      const lines = leads.map((lead, l) => {
        const own = data.filter((_, k) => k % 12 === l);
        const sum = (own.reduce((a, b) => a + b, 0) << 16) >> 16;
        return `${name}.dat 16 1000/mV 16 0 ${own[0]} ${sum} 0 ${lead}`;
      });
      writeFileSync(at(`set/${name}.hea`), [`${name} 12 100 200`, ...lines].join('\n'));
      writeFileSync(at(`set/${name}.dat`), data);
    }
  }
  writeFileSync(at('set/1009999_2.hea'), 'damaged');
  writeFileSync(at('set/1001678_3.dat'), 'short');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const importing = [
  '--from',
  at('set'),
  '--set',
  'samplingHz=100',
  '--set',
  'seconds=2',
  '--set',
  'groupBy=^(\\d+)_',
  ...key,
];

test('a folder of recordings becomes a store; what cannot be read is told; no id is in it', async () => {
  const first = await run(
    'import',
    'files',
    '--to',
    at('store'),
    ...importing,
    '--workers',
    '0',
    '--quiet',
  );
  expect(first.code).toBe(0);
  expect(first.stderr).toContain('made the site key <tmp>/site.key (mode 0600). Keep a copy');
  expect(first.stdout).toContain('11 of 11 records imported, 2 rejected');
  expect(first.stdout).toContain('E_WFDB_TRUNCATED');
  expect(first.stdout).not.toMatch(/100\d{4}/);
  const again = await json('import', 'files', '--to', at('store'), ...importing, '--workers', '2');
  expect(again).toMatchObject({ imported: 0, there: 11, finished: true, records: 11 });
  const shown = await run(
    'import',
    'files',
    '--to',
    at('store'),
    ...importing,
    '--show-ids',
    '--quiet',
  );
  expect(shown.stdout).toContain('1001678_3: E_WFDB_TRUNCATED');
  for (const file of readdirSync(at('store'), { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const text = readFileSync(join(file.parentPath, file.name)).toString('latin1');
    if (file.name !== 'manifest.json') for (const id of ids) expect(text).not.toContain(id);
  }
});

test('split, inspect, verify', async () => {
  const made = await json('split', at('store'), '--parts', 'train=0.5,val=0.25,test=0.25', ...key);
  expect(made).toEqual({
    name: 'default',
    parts: ['train', 'val', 'test'],
    subjects: 6,
    placed: 6,
    duplicates: 0,
  });
  const twice = await run('split', at('store'), ...key);
  expect([twice.code, twice.stderr.slice(0, 21)]).toEqual([42, 'E_STORE_SPLIT_EXISTS:']);
  await json('split', at('store'), '--name', 'cv', '--folds', '3', ...key);
  const seen = await run('inspect', at('store'), '--preview', '0');
  expect(seen.stdout).toContain('11 records of 6 subjects');
  expect(seen.stdout).toMatch(/ecg +11 +0 +12 x 200 +mV +int16/);
  expect(seen.stdout).toMatch(/subjects +3 +2 +1|subjects +3 +1 +2/);
  expect(seen.stdout).toMatch(/V6 +[▁▂▃▄▅▆▇█]{72}/);
  const good = await run('verify', at('store'), '--quiet');
  expect(good).toMatchObject({
    code: 0,
    stdout: '11 records, 11 chunks, digest <digest>: all is as it was written\n',
  });
  const cohort = await storeCohort(openStore(at('store')), { split: 'cv/0', pairing: 'all' });
  expect((await cohort.rows('test')).length).toBeGreaterThan(2);
});

test('shards are merged, a damaged file is found', async () => {
  for (const shard of ['1/2', '2/2']) {
    const to = at(`shard-${shard[0]}`);
    await json('import', 'files', '--to', to, ...importing, '--shard', shard, '--workers', '0');
  }
  const merged = await json('merge', at('merged'), at('shard-1'), at('shard-2'), ...key);
  const whole = await json('verify', at('store'));
  expect(merged).toEqual({ added: 11, skipped: 0, records: 11, digest: whole['digest'] });
  const file = at('merged/views/ecg/c/0/0/0');
  const bytes = readFileSync(file);
  bytes[100] = (bytes[100] as number) ^ 1;
  writeFileSync(file, bytes);
  const bad = await run('verify', at('merged'), '--quiet');
  expect([bad.code, bad.stdout.match(/E_STORE_CHUNK: record \w{24}/g)?.length]).toEqual([1, 1]);
});

test('who withdrew is removed, and runs made with them are marked', async () => {
  const store = openStore(at('store'));
  const record = String((await store.column('record'))[0]);
  store.close();
  const stage = at('runs/study/stages/mae-1');
  for (const path of [stage, at('runs/study/trials/a'), at('runs/other/stages/mae-2')])
    mkdirSync(path, { recursive: true });
  writeFileSync(
    at('runs/study/trials/a/resolved.yaml'),
    'cohort:\n  use: store\n  options:\n    path: ../store\n',
  );
  writeFileSync(at('gone.csv'), 'eid,date\n1000123,2024-01-01\n5555555,2024-01-01\n');
  const flags = ['--ids', at('gone.csv'), '--runs-root', at('runs'), ...key];
  const done = await json('withdraw', at('store'), ...flags);
  expect(done).toEqual({
    given: 2,
    subjects: 1,
    rows: 2,
    marked: [{ folder: stage.replace(folder, '<tmp>'), why: 'store' }],
  });
  const mark = readFileSync(join(stage, 'withdrawn.jsonl'), 'utf8');
  expect(JSON.parse(mark)).toMatchObject({ store: 'store', subjects: 1, why: 'store' });
  expect(mark).not.toContain(record);
  expect(readdirSync(at('runs/other/stages/mae-2'))).toEqual([]);
  expect(await json('import', 'files', '--to', at('store'), ...importing)).toMatchObject({
    imported: 0,
    withdrawn: 2,
  });
  expect((await run('withdraw', at('store'), ...flags, '--show-ids')).stdout).toContain(
    '1 of them in the store; 0 records removed',
  );
  expect((await json('verify', at('store')))['problems']).toEqual([]);
});

test('an open set comes from a server with its checksums', async () => {
  const body = Buffer.from('1 12 500 5000\n');
  const sums = `${createHash('sha256').update(body).digest('hex')} data/1.hea\n`;
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    if (path.endsWith('SHA256SUMS.txt')) response.end(sums);
    else if (path.endsWith('data/1.hea')) response.end(body);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const mirror = ['--mirror', `http://127.0.0.1:${port}/ludb`];
  expect(await json('download', 'ludb', '--to', at('ludb'), ...mirror)).toMatchObject({
    files: 1,
    there: 0,
    licence: 'ODC-By 1.0',
  });
  expect(readFileSync(at('ludb/data/1.hea'))).toEqual(body);
  expect(await json('download', 'ludb', '--to', at('ludb'), ...mirror)).toMatchObject({
    there: 1,
    bytes: 0,
  });
  server.close();
  expect((await run('download')).stdout).toContain('PTB-XL');
  expect((await run('download', 'mimic')).stderr).toContain(
    'E_DOWNLOAD_SET: there is no open set "mimic"; there is: ludb, ptb-xl',
  );
});

test('no id is in an error that ends an import', async () => {
  mkdirSync(at('one'));
  writeFileSync(at('one/1007777_2.hea'), 'damaged');
  const flags = ['import', 'files', '--to', at('y'), '--from', at('one'), ...key];
  const told = await run(...flags);
  expect(told.stderr).toMatchInlineSnapshot(`
    "E_FILES_SKIPPED: 1 of 1 records cannot be read, more than the limit of 100 %; the last: E_WFDB_HEADER: <tmp>/one/<hidden: --show-ids>: line 1 of the header is malformed: a record line reads "name signals [frequency [samples [time [date]]]]". Fix: restore the header from its source or leave the record out. Fix: restore these files or raise \`cohort.options.maxSkippedFraction\`.
    "
  `);
  expect((await run(...flags, '--show-ids')).stderr).toContain('1007777_2.hea');
});

test('what makes no sense is refused', async () => {
  const importFrom = (...more: string[]) =>
    run('import', 'files', '--to', at('x'), ...key, ...more);
  const told = [
    await run('import', 'flies', '--to', at('x'), ...key),
    await importFrom('--from', at('nowhere')),
    await importFrom('--from', at('set'), '--shard', '3/2'),
    await importFrom('--from', at('set'), '--set', 'seconds'),
    await run('split', at('store'), '--parts', 'all=1', ...key),
    await run('inspect', at('set')),
    await run('withdraw', at('store'), '--ids', at('none'), ...key),
    await run('download', 'ludb', '--mirror', 'ftp://x'),
  ];
  expect(told.map(({ code }) => code)).toEqual(told.map(() => 42));
  expect(told.map(({ stderr }) => stderr.trim())).toMatchInlineSnapshot(`
    [
      "E_IMPORT_SOURCE: there is no cohort component "flies"; there is: acdc, files, store, synthetic. Fix: name one of these, or install the plugin that offers it (\`dualbeat plugins list --kind cohort\`).",
      "E_FILES_ROOT: <tmp>/nowhere: this root of the cohort is no folder that can be read (ENOENT); it was looked for at <tmp>/nowhere. Fix: correct \`cohort.options.roots\`; paths are relative to the experiment file.",
      "E_FLAG: --shard: '3/2' is not i/n with i from 1 to n. Fix: give i/n with i from 1 to n; \`npx dualbeat --help\` tells more.",
      "E_FLAG: --set: 'seconds' is not name=value. Fix: give name=value; \`npx dualbeat --help\` tells more.",
      "E_FLAG: --parts: 'all=1' is not shares such as train=0.7,val=0.15,test=0.15. Fix: give shares such as train=0.7,val=0.15,test=0.15; \`npx dualbeat --help\` tells more.",
      "E_STORE_OPEN: <tmp>/set: this is no cohort store that can be read: it has no manifest.json. Fix: give the folder that \`dualbeat data import --to\` made.",
      "E_FLAG: --ids: '<tmp>/none' is not a file that can be read. Fix: give a file that can be read; \`npx dualbeat --help\` tells more.",
      "E_FLAG: --mirror: 'ftp://x' is not the http(s) address of a folder. Fix: give the http(s) address of a folder; \`npx dualbeat --help\` tells more.",
    ]
  `);
});

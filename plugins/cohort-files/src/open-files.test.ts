import { appendFile, cp, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { HostMasked } from '@dualbeat/core';
import { wfdb } from '@dualbeat/ecg-io';
import { Value } from 'typebox/value';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFiles } from './open-files.ts';
import { filesOptions } from './options.ts';
import type { FilesOptions } from './options.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dualbeat-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

const LEADS = ['I', 'II'];
const wfdbOptions = Value.Default(wfdb.options, { leads: LEADS, verify: false }) as never;
const open = async (options: Partial<FilesOptions> = {}, seed = 0) =>
  openFiles(
    Value.Default(filesOptions, {
      ...{ roots: ['set'], samplingHz: 100, seconds: 1 },
      ...options,
    }) as FilesOptions,
    {
      readers: [await wfdb.create(wfdbOptions, null)],
      seed,
      resolve: (path) => join(folder, path),
    },
  );
const messageOf = async (run: Promise<unknown>) =>
  run.then(
    () => 'no error',
    (error: Error) => error.message.replaceAll(folder, '<folder>'),
  );

/** A record of two leads at 100 Hz whose samples are `value` and `-value` in mV. */
async function record(path: string, value = 1, samples = 100): Promise<void> {
  const at = join(folder, path);
  await mkdir(dirname(at), { recursive: true });
  const name = at.slice(dirname(at).length + 1);
  const lines = LEADS.map((lead) => `${name}.dat 16 1000/mV 16 0 0 0 0 ${lead}`);
  await writeFile(`${at}.hea`, [`${name} 2 100 ${samples}`, ...lines].join('\n'));
  const data = Int16Array.from({ length: 2 * samples }, (_, i) => (i % 2 ? -1000 : 1000) * value);
  await writeFile(`${at}.dat`, data);
}
async function records(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await record(`set/r${i}`, i + 1);
}
const ecgOf = (read: { readonly [name: string]: HostMasked }) => read['ecg'] as HostMasked;
const rowsOf = (...rows: number[]) => Int32Array.from(rows);

describe('files cohort', () => {
  it('gives the view, ids in order, and values of the rows that are asked for', async () => {
    await record('set/b/r2', 2);
    await record('set/a/r1', 1);
    await record('set/r3', 3);
    const cohort = await open();
    expect(cohort.views).toEqual({
      ecg: {
        shape: [2, 100],
        dtype: 'float32',
        axes: [
          { name: 'lead', labels: LEADS },
          { name: 'time', spacing: 1 / 100, unit: 's' },
        ],
        unit: 'mV',
      },
    });
    const all = await cohort.rows('all');
    expect([...all]).toEqual([0, 1, 2]);
    expect(cohort.ids(all)).toEqual(['a/r1', 'b/r2', 'r3']);
    expect([...cohort.subjects(all)]).toEqual([0, 1, 2]);
    const { values, present } = ecgOf(await cohort.read(rowsOf(2, 0), ['ecg']));
    expect(values.shape).toEqual([2, 2, 100]);
    const starts = [0, 100, 200, 300].map((i) => values.data[i]);
    expect(starts).toEqual([3, -3, 1, -1]);
    expect([...present.data]).toEqual([1, 1]);
    expect(present.shape).toEqual([2]);
    expect(await cohort.read(rowsOf(0), [])).toEqual({});
  });

  it('names the view as asked, and knows no other', async () => {
    await records(1);
    const cohort = await open({ view: 'rest' });
    expect(Object.keys(await cohort.read(rowsOf(0), ['rest']))).toEqual(['rest']);
    expect(await messageOf(cohort.read(rowsOf(0), ['ecg']))).toMatchInlineSnapshot(
      `"E_NAME_UNKNOWN: there is no view "ecg"; there is: rest. Fix: use one of these names."`,
    );
    expect(await messageOf(cohort.read(rowsOf(9), ['rest']))).toMatchInlineSnapshot(
      `"E_FILES_ROW: there is no row 9; the cohort has 1 rows. Fix: take the numbers that \`rows\` gives."`,
    );
  });

  it('puts the name of the root before the ids where there are several', async () => {
    await record('set/r');
    await record('more/r');
    const cohort = await open({ roots: ['set', 'more'] });
    expect(cohort.ids(await cohort.rows('all'))).toEqual(['more/r', 'set/r']);
    await record('other/set/r');
    expect(await messageOf(open({ roots: ['set', 'other/set'] }))).toMatchInlineSnapshot(
      `"E_FILES_ID_TWICE: set/r: two files give a record of this id. Fix: rename one of them or its root folder."`,
    );
  });

  it('takes the records that are asked for', async () => {
    await records(12);
    const cohort = await open({ records: ['r1*'] });
    expect(cohort.ids(await cohort.rows('all'))).toEqual(['r1', 'r10', 'r11']);
    const fewer = await open({ records: ['r1*'], exclude: ['r10', 'r2'] });
    expect(fewer.ids(await fewer.rows('all'))).toEqual(['r1', 'r11']);
  });

  it('follows no link below a root and opens no hidden file; the root may be a link', async () => {
    await records(1);
    await record('outside/secret');
    await record('set/.hidden');
    await symlink(join(folder, 'outside'), join(folder, 'set/link'));
    await symlink(join(folder, 'outside/secret.hea'), join(folder, 'set/secret.hea'));
    await symlink(join(folder, 'set'), join(folder, 'set/loop'));
    await symlink(join(folder, 'set'), join(folder, 'alias'));
    const cohort = await open({ roots: ['alias'] });
    expect(cohort.ids(await cohort.rows('all'))).toEqual(['r0']);
  });

  it('resamples, cuts and fills up, and says so', async () => {
    await record('set/long', 1, 500);
    await record('set/short', 1, 25);
    const cohort = await open({ samplingHz: 50 });
    const rows = await cohort.rows('all');
    const { values } = ecgOf(await cohort.read(rows, ['ecg']));
    expect(values.shape).toEqual([2, 2, 50]);
    expect(values.data[100 + 5]).toBeCloseTo(1, 6);
    expect(values.data[100 + 13]).toBe(0);
    // These traces are constant, which the reader flags.
    expect(cohort.flags(rows).filter((flag) => !flag.includes('flat'))).toEqual([
      'long: resampled from 100 Hz',
      'long: cut from 5 s',
      'short: resampled from 100 Hz',
      'short: zeros after 0.26 s',
    ]);
  });
});

describe('split', () => {
  const partsOf = async (cohort: Awaited<ReturnType<typeof open>>) => {
    const parts = [];
    for (const split of ['train', 'val', 'test'] as const) {
      parts.push(cohort.ids(await cohort.rows(split)));
    }
    return parts as [string[], string[], string[]];
  };

  it('covers all rows once in the fractions, by the seed', async () => {
    await records(20);
    const parts = await partsOf(await open());
    expect(parts.map((part) => part.length)).toEqual([14, 3, 3]);
    expect(new Set(parts.flat()).size).toBe(20);
    expect(await partsOf(await open())).toEqual(parts);
    expect(await partsOf(await open({}, 1))).not.toEqual(parts);
    expect(await partsOf(await open({ splitSeed: 0 }, 1))).toEqual(parts);
  });

  it('is a function of seed and ids: another folder gives the same, one record more moves few', async () => {
    await records(20);
    const parts = await partsOf(await open());
    await rename(join(folder, 'set'), join(folder, 'elsewhere'));
    expect(await partsOf(await open({ roots: ['elsewhere'] }))).toEqual(parts);
    await record('elsewhere/a-new-one');
    const [train] = await partsOf(await open({ roots: ['elsewhere'] }));
    const moved = train.filter((id) => id !== 'a-new-one' && !parts[0].includes(id));
    expect(moved.length).toBeLessThanOrEqual(1);
  });

  it('keeps the records of a subject together', async () => {
    for (let i = 0; i < 30; i++) await record(`set/p${i % 10}-visit${Math.floor(i / 10)}`);
    const cohort = await open({ groupBy: '^(p\\d+)-' });
    const parts = await partsOf(cohort);
    expect(parts.map((part) => part.length)).toEqual([21, 6, 3]);
    const subjects = parts.map((part) => new Set(part.map((id) => id.split('-')[0])));
    expect(subjects.map((set) => set.size)).toEqual([7, 2, 1]);
    const rows = await cohort.rows('all');
    const numbers = cohort.subjects(rows);
    cohort.ids(rows).forEach((id, i) => expect(numbers[i]).toBe(Number(id[1])));
  });
});

describe('trainOnly', () => {
  it('leaves the shares to the others; a subject with such a record is trained on whole', async () => {
    for (let i = 0; i < 20; i++) await record(`set/main/p${i}`);
    for (let i = 0; i < 10; i++) await record(`set/extra/q${i}`);
    await record('set/extra/p3');
    const options = { split: { train: 0.5, val: 0.25, test: 0.25 }, groupBy: '([pq]\\d+)$' };
    const cohort = await open({ ...options, trainOnly: ['extra/**'] });
    const ids = async (split: 'train' | 'val' | 'test') => cohort.ids(await cohort.rows(split));
    const [train, val, test] = [await ids('train'), await ids('val'), await ids('test')];
    expect([train.length, val.length, test.length]).toEqual([12 + 10, 4, 5]);
    expect(new Set([...train, ...val, ...test]).size).toBe(31);
    expect([...val, ...test].every((id) => id.startsWith('main/'))).toBe(true);
    expect(train).toContain('main/p3');
    expect(train).toEqual(train.toSorted());
  });

  it('refuses a pattern that matches nothing', async () => {
    await records(2);
    expect(await messageOf(open({ trainOnly: ['set/**'] }))).toMatchInlineSnapshot(
      `"E_FILES_TRAIN_ONLY: the pattern \`trainOnly: set/**\` matches none of the 2 record ids (r0, ...). Fix: correct the pattern; ids begin with the name of the root where there are several."`,
    );
  });
});

describe('memory', () => {
  it('keeps records up to the limit and reads the others again', async () => {
    await records(3);
    const cohort = await open({ cacheMegabytes: (2 * 800) / 2 ** 20 }); // two records of 2 x 100
    const firsts = async () => {
      const { values } = ecgOf(await cohort.read(rowsOf(0, 1, 2), ['ecg']));
      return [0, 200, 400].map((i) => values.data[i]);
    };
    await cohort.read(rowsOf(2), ['ecg']);
    await cohort.read(rowsOf(0), ['ecg']);
    await record('set/r0', 8);
    await record('set/r1', 8);
    await record('set/r2', 8);
    expect(await firsts()).toEqual([1, 8, 3]);
  });

  it('gives a copy: what the caller does to a batch is not kept', async () => {
    await records(1);
    const cohort = await open();
    ecgOf(await cohort.read(rowsOf(0), ['ecg'])).values.data.fill(5);
    expect(ecgOf(await cohort.read(rowsOf(0), ['ecg'])).values.data[0]).toBe(1);
  });
});

describe('digest', () => {
  it('stays where a folder moves, changes with any byte, name or record', async () => {
    await records(3);
    const { digest } = await open();
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    await cp(join(folder, 'set'), join(folder, 'copy'), { recursive: true });
    expect((await open({ roots: ['copy'] })).digest).toBe(digest);
    await writeFile(join(folder, 'copy/notes.txt'), 'no record');
    expect((await open({ roots: ['copy'] })).digest).toBe(digest);
    const changed = new Set([digest]);
    await record('copy/r1', 7);
    changed.add((await open({ roots: ['copy'] })).digest);
    await rename(join(folder, 'copy/r2.hea'), join(folder, 'copy/r9.hea'));
    changed.add((await open({ roots: ['copy'] })).digest);
    await rm(join(folder, 'copy/r9.hea'));
    changed.add((await open({ roots: ['copy'] })).digest);
    expect(changed.size).toBe(4);
  });

  it('of headers sees sizes, not samples', async () => {
    await records(2);
    const { digest } = await open({ digest: 'header' });
    await record('set/r1', 7);
    expect((await open({ digest: 'header' })).digest).toBe(digest);
    await appendFile(join(folder, 'set/r1.dat'), 'x');
    expect((await open({ digest: 'header' })).digest).not.toBe(digest);
  });
});

describe('bad input: a coded error names folder or record, and cause', () => {
  it('folder missing, a file, empty, or without a readable file', async () => {
    expect(await messageOf(open())).toMatchInlineSnapshot(
      `"E_FILES_ROOT: set: this root of the cohort is no folder that can be read (ENOENT); it was looked for at <folder>/set. Fix: correct \`cohort.options.roots\`; paths are relative to the experiment file."`,
    );
    await mkdir(join(folder, 'set'));
    expect(await messageOf(open())).toMatchInlineSnapshot(
      `"E_FILES_EMPTY: set: there is no file in this folder. Fix: check \`cohort.options.roots\` and \`records\`, and that a plugin has a reader for these files."`,
    );
    await writeFile(join(folder, 'set/notes.txt'), 'hello');
    expect(await messageOf(open())).toMatchInlineSnapshot(
      `"E_FILES_EMPTY: set: no reader takes any of the 1 files here (0 symbolic links were not followed). Fix: check \`cohort.options.roots\` and \`records\`, and that a plugin has a reader for these files."`,
    );
    expect(await messageOf(open({ roots: ['set/notes.txt'] }))).toMatchInlineSnapshot(
      `"E_FILES_ROOT: set/notes.txt: this root of the cohort is no folder that can be read (not a folder); it was looked for at <folder>/set/notes.txt. Fix: correct \`cohort.options.roots\`; paths are relative to the experiment file."`,
    );
  });

  it('no reader', async () => {
    await records(1);
    const options = Value.Default(filesOptions, { roots: ['set'] }) as FilesOptions;
    const from = { readers: [], seed: 0, resolve: (path: string) => join(folder, path) };
    expect(await messageOf(openFiles(options, from))).toMatchInlineSnapshot(
      `"E_FILES_NO_READER: no plugin of this experiment offers a reader. Fix: add one to \`plugins\`, for instance "@dualbeat/ecg-io"."`,
    );
  });

  it('options that make no sense', async () => {
    await records(2);
    expect(await messageOf(open({ seconds: 0.001 }))).toMatchInlineSnapshot(
      `"E_FILES_SAMPLES: 0.001 s at 100 Hz is no whole number of samples of at least 1. Fix: correct \`samplingHz\` or \`seconds\` in \`cohort.options\`."`,
    );
    expect(
      await messageOf(open({ split: { train: 0.5, val: 0.1, test: 0.1 } })),
    ).toMatchInlineSnapshot(
      `"E_SPLIT_FRACTIONS: the fractions of the split are refused: they add up to 0.7. Fix: give fractions between 0 and 1 that add up to 1."`,
    );
    expect(await messageOf(open({ groupBy: '(' }))).toMatch(/^E_FILES_GROUP: the pattern/);
    expect(await messageOf(open({ groupBy: 'r' }))).toMatchInlineSnapshot(
      `"E_FILES_GROUP: the pattern \`groupBy: r\` is refused: it has not exactly one capture group. Fix: give a regular expression with one capture group, which holds the subject."`,
    );
    expect(await messageOf(open({ groupBy: 'x(.)' }))).toMatchInlineSnapshot(
      `"E_FILES_GROUP: r0: the pattern \`groupBy: x(.)\` finds no subject in this record id. Fix: widen the pattern or leave the record out with \`records\`."`,
    );
  });

  it('raise: a corrupt record is the error of its reader, at the scan where its size tells', async () => {
    await records(5);
    const cohort = await open();
    await writeFile(join(folder, 'set/r3.dat'), 'short');
    expect(await messageOf(cohort.read(await cohort.rows('all'), ['ecg']))).toMatchInlineSnapshot(
      `"E_WFDB_TRUNCATED: <folder>/set/r3.hea: signal file "r3.dat" is truncated: it holds 5 of the 400 bytes that the header promises. Fix: copy the signal file again from its source; or set \`onCorrupt: skip\` in \`cohort.options\` to go on without such records."`,
    );
    expect(await messageOf(open())).toMatch(/^E_WFDB_TRUNCATED: <folder>\/set\/r3.hea: /);
    await records(5);
    await writeFile(join(folder, 'set/r4.hea'), 'r4 0 100 100');
    expect(await messageOf(open())).toMatchInlineSnapshot(
      `"E_WFDB_HEADER: <folder>/set/r4.hea: line 1 of the header is malformed: it names no signal. Fix: restore the header from its source or leave the record out; or set \`onCorrupt: skip\` in \`cohort.options\` to go on without such records."`,
    );
  });

  it('skip: it is no row, or absent, up to the limit', async () => {
    await records(6);
    await writeFile(join(folder, 'set/r5.dat'), 'short');
    await writeFile(join(folder, 'set/r4.hea'), 'r4 0 100 100');
    const cohort = await open({ onCorrupt: 'skip', maxSkippedFraction: 0.5, cacheMegabytes: 0 });
    await writeFile(join(folder, 'set/r0.dat'), 'short');
    const rows = await cohort.rows('all');
    expect(cohort.ids(rows)).toEqual(['r0', 'r1', 'r2', 'r3']);
    const { values, present } = ecgOf(await cohort.read(rows, ['ecg']));
    expect([...present.data]).toEqual([0, 1, 1, 1]);
    expect(values.data.subarray(0, 200).every((value) => value === 0)).toBe(true);
    expect(cohort.flags(rows)[0]).toBe('r0: skipped');
    expect(cohort.rejected().map(({ id, code }) => [id, code])).toEqual([
      ['r4', 'E_WFDB_HEADER'],
      ['r5', 'E_WFDB_TRUNCATED'],
      ['r0', 'E_WFDB_TRUNCATED'],
    ]);
    await writeFile(join(folder, 'set/r2.dat'), 'short');
    expect(await messageOf(cohort.read(rows, ['ecg']))).toMatchInlineSnapshot(
      `"E_FILES_SKIPPED: 4 of 6 records cannot be read, more than the limit of 50 %; the last: E_WFDB_TRUNCATED: <folder>/set/r2.hea: signal file "r2.dat" is truncated: it holds 5 of the 400 bytes that the header promises. Fix: copy the signal file again from its source. Fix: restore these files or raise \`cohort.options.maxSkippedFraction\`."`,
    );
    expect(await messageOf(open({ onCorrupt: 'skip', maxSkippedFraction: 0.1 }))).toMatch(
      /^E_FILES_SKIPPED: 1 of 6 records/,
    );
  });

  it('tells an import who and when', async () => {
    for (const id of ['a/x', 'b/y', 'a/z']) await record(`set/${id}`);
    const cohort = await open({ groupBy: '^(.)/' });
    const { subjects, visits } = (await cohort.records(await cohort.rows('all'))).reduce(
      (sum, { subject, visit }) => ({
        subjects: sum.subjects + subject,
        visits: sum.visits + visit,
      }),
      { subjects: '', visits: '' },
    );
    expect([subjects, visits]).toEqual(['aab', '010']);
  });

  it('skip: no record left', async () => {
    await records(1);
    await writeFile(join(folder, 'set/r0.dat'), 'short');
    expect(await messageOf(open({ onCorrupt: 'skip', maxSkippedFraction: 1 }))).toMatch(
      /^E_FILES_SKIPPED: 1 of 1 records/,
    );
  });
});
